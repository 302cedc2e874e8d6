"""JSON out: what ``json.dumps`` and FastAPI's encoder take leaves as JSON, by every way, and nothing of it is lost."""

from __future__ import annotations

import array
import asyncio
import collections
import enum
import ipaddress
import json
import re
import sqlite3
import types
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath
from time import monotonic
from typing import Any
from uuid import UUID

import msgspec
import pydantic
import pytest
from django.utils.functional import lazystr
from fastapi.encoders import jsonable_encoder
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import CombinedMultiDict, ImmutableList, ImmutableMultiDict, MultiDict

import vaas
from vaas.framework.http.json_out import to_json
from vaas.testing import Client


class Text(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "not what it is"


class Number(int):
    pass


class Ratio(float):
    pass


class Elsewhere(collections.UserList, list):  # type: ignore[type-arg,misc]
    """A list whose items are not where a list has them."""


class DictElsewhere(collections.UserDict, dict):  # type: ignore[type-arg,misc]
    pass


class First(dict):  # type: ignore[type-arg]
    """As Werkzeug's MultiDict: lists within, the first of each shown."""

    def items(self) -> Any:
        return [(name, values[0]) for name, values in dict.items(self)]


class Moment(datetime):
    pass


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclass(frozen=True)
class Box:
    x: Any


class Frozen(msgspec.Struct, frozen=True, rename="upper"):
    x: Any


class Small(msgspec.Struct, gc=False):
    x: Any


class Model(pydantic.BaseModel):
    x: int = 1


class Plain:
    def __init__(self) -> None:
        self.name = "a"
        self._secret = "b"


def moved() -> Any:
    """In another order than it was made in."""
    made = collections.OrderedDict(a=1, b=[2])
    made.move_to_end("a")
    return made


def row() -> Any:
    connection = sqlite3.connect(":memory:")
    try:
        connection.row_factory = sqlite3.Row
        return connection.execute("select 1 as a, 'x' as b").fetchone()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "value",
    [
        Text("a"),
        {"x": Text("a"), Text("k"): Number(2), Number(1): 3, Ratio(1.5): Ratio(2.5)},
        {True: 1, False: 2, None: 3, 4: 5, 1.5: 6},
        (1, (2, [3])),
        collections.OrderedDict(a=1),
        collections.defaultdict(list, a=[]),
        collections.Counter("aab"),
        Elsewhere([1, 2]),
        {"x": [Elsewhere([1, Elsewhere([])])]},
        First(a=[1, 2]),
        {"x": First(a=[1, 2]), "y": [(First(a=[3, 4]),)]},
        moved(),
        {"x": [moved()]},
        Level.HIGH,
        {Level.HIGH: Level.HIGH},
        "\u2028 é",
        2**70,
    ],
)
def test_what_json_dumps_takes_leaves_as_it_says(value: Any) -> None:
    assert json.loads(to_json(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize(
    "make",
    [
        lambda: collections.deque([1, collections.deque()]),
        lambda: {"x": (str(n) for n in range(3))},
        lambda: {1, 2},
        lambda: frozenset([1]),
        lambda: ipaddress.ip_address("10.0.0.1"),
        lambda: {"x": [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_interface("::1/64")]},
        lambda: {"x": Path("/a/b"), "y": PurePosixPath("c")},
        lambda: re.compile("a+"),
        lambda: UUID(int=7),
        lambda: {"at": date(2020, 1, 2), "on": datetime(2020, 1, 2, 3, 4, 5, 6), "t": time(1, 2)},
        lambda: Moment(2020, 1, 2),
        lambda: Colour.RED,
        lambda: {"x": Colour.RED, Colour.RED: 1},
        lambda: Box([Box(collections.deque([1]))]),
        lambda: Model(),
        lambda: {"x": [Model()]},
        lambda: row(),
        lambda: {"rows": [row()]},
        lambda: types.SimpleNamespace(a=1, b=[2]),
        lambda: collections.ChainMap({"a": 1}, {"b": 2}),
        lambda: collections.UserDict(a=1),
        lambda: types.MappingProxyType({"a": 1}),
        lambda: {"url": pydantic.AnyUrl("https://a.example/x"), "key": pydantic.SecretStr("secret")},
    ],
)
def test_what_fastapi_s_encoder_takes_leaves_as_it_says(make: Callable[[], Any]) -> None:
    assert json.loads(to_json(make())) == json.loads(json.dumps(jsonable_encoder(make())))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1}.keys(), '["a"]'),
        ({"a": 1}.values(), "[1]"),
        ({"a": 1}.items(), '[["a",1]]'),
        (range(3), "[0,1,2]"),
        (collections.UserString("a"), '"a"'),
        ({"said": lazystr("later")}, '{"said":"later"}'),
        ({ipaddress.ip_address("::1"): 1, Path("/a"): 2}, '{"::1":1,"/a":2}'),
        ({Moment(2020, 1, 2, tzinfo=UTC): Moment(2020, 1, 2)}, '{"2020-01-02T00:00:00Z":"2020-01-02T00:00:00"}'),
        (Fraction(1, 2), "0.5"),
        (Decimal("1.50"), '"1.50"'),
        (timedelta(days=1), '"P1D"'),
        (b"x", '"eA=="'),
        (array.array("i", [1, 2]), "[1,2]"),
        (Plain(), '{"name":"a"}'),
        (Frozen(Elsewhere([Text("a")])), '{"X":["a"]}'),
        (Box(Elsewhere([1])), '{"x":[1]}'),
        ([Box([Box(First(a=[1, 2]))])], '[{"x":[{"x":{"a":1}}]}]'),
        (Frozen({"y": First(a=[1, 2])}), '{"X":{"y":{"a":1}}}'),
        (Small([First(a=[1, 2])]), '{"x":[{"a":1}]}'),
        (collections.ChainMap({"x": First(a=[1, 2])}), '{"x":{"a":1}}'),
        (collections.deque([{"x": First(a=[1, 2])}]), '[{"x":{"a":1}}]'),
        (types.SimpleNamespace(x=[First(a=[1, 2])]), '{"x":[{"a":1}]}'),
        (MultiDict([("a", 1), ("a", 2)]), '{"a":1}'),
        (
            {"form": ImmutableMultiDict([("a", 1), ("a", 2)]), "n": [CombinedMultiDict([MultiDict({"b": 3})])]},
            '{"form":{"a":1},"n":[{"b":3}]}',
        ),
        ({"x": [ImmutableList([1])]}, '{"x":[[1]]}'),
        ({"x": (Elsewhere([n]) for n in range(2))}, '{"x":[[0],[1]]}'),
        ({"x": collections.deque([Elsewhere([1])]), "y": Colour.RED}, '{"x":[[1]],"y":"red"}'),
        ([DictElsewhere(a=Elsewhere([1])), Model()], '[{"a":[1]},{"x":1}]'),
        ({"empty": [], "nothing": {}, "late": iter([1])}, '{"empty":[],"nothing":{},"late":[1]}'),
    ],
)
def test_other_values_have_one_form(value: Any, text: str) -> None:
    assert to_json(value).decode() == text


@pytest.mark.parametrize(
    "value",
    [object(), Plain, len, lambda: 1, ValueError("x"), json, {(1, 2): 3}, {frozenset(): 1}, {"x": object()}, 1j],
)
def test_what_has_no_place_in_json_is_an_error(value: Any) -> None:
    with pytest.raises(TypeError):
        to_json(value)


def within_itself(size: int) -> Any:
    value: list[Any] = []
    value += [value] * size
    return value


def boxed() -> Any:
    value = Small([])
    value.x = [{"y": (value,)}] * 100
    return value


@pytest.mark.parametrize("make", [*(partial(within_itself, size) for size in (1, 2, 64, 65, 100_000)), boxed])
@pytest.mark.parametrize("beside", [None, Elsewhere([1])])
def test_what_is_within_itself_is_an_error_soon(make: Callable[[], Any], beside: Any) -> None:
    began = monotonic()
    with pytest.raises(RecursionError):
        to_json({"x": make(), "y": beside})
    assert monotonic() - began < 5


def test_an_open_file_is_no_array_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_text("a\nb\n")
    with path.open() as lines, pytest.raises(TypeError):
        to_json({"x": lines})


def test_an_iterator_is_read_once_whatever_stands_beside_it() -> None:
    value = {"x": iter([1]), "y": Elsewhere([2]), "z": [iter([Elsewhere([3])])]}
    assert to_json(value) == b'{"x":[1],"y":[2],"z":[[[3]]]}'


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert json.loads(to_json(value)) == value


@given(PLAIN)
def test_a_list_that_keeps_its_items_elsewhere_is_found_wherever_it_stands(value: Any) -> None:
    hidden = Elsewhere([value])
    assert json.loads(to_json({"a": [value, {"b": hidden}], "c": Box(hidden)})) == {
        "a": [value, {"b": [value]}],
        "c": {"x": [value]},
    }


# --- every way out

ODD = {"x": Text("a"), True: collections.deque([Elsewhere([1])]), "ip": ipaddress.ip_address("::1")}
SEEN = {"x": "a", "true": [[1]], "ip": "::1"}


@vaas.app
class Ways:
    @vaas.get("/answer")
    def answer(self) -> Any:
        return ODD

    @vaas.get("/awaited")
    async def awaited(self) -> Any:
        await asyncio.sleep(0)
        return collections.ChainMap(ODD)

    @vaas.get("/response")
    def response(self) -> Any:
        return vaas.Response(types.MappingProxyType(ODD), 201)

    @vaas.get("/lines")
    async def lines(self) -> AsyncIterator[Any]:
        yield ODD

    @vaas.get("/events")
    def events(self) -> Any:
        return vaas.sse(iter([{"data": ODD}]))

    @vaas.get("/problem")
    def problem(self) -> Any:
        raise vaas.HTTPError(409, "no", members={"odd": ODD})

    @vaas.rpc
    def called(self) -> Any:
        return ODD

    @vaas.websocket("/talk")
    async def talk(self, ws: vaas.WebSocket) -> None:
        await ws.send_json(ODD)
        await ws.send(ODD)
        await ws.send_json(Text("a"))
        await ws.send(Text("a"))


@pytest.mark.parametrize("path", ["/answer", "/awaited", "/response", "/lines"])
def test_answers_and_streams_take_them(path: str) -> None:
    with Client(Ways) as client:
        assert client.get(path).json() == SEEN


def test_events_take_them() -> None:
    with Client(Ways) as client:
        assert json.loads(client.get("/events").text.removeprefix("data: ")) == SEEN


def test_a_problem_s_members_take_them() -> None:
    with Client(Ways) as client:
        assert client.get("/problem").json()["odd"] == SEEN


def test_rpc_takes_them() -> None:
    with Client(Ways) as client:
        assert client.rpc("called") == SEEN


def test_websockets_take_them_and_text_stays_text() -> None:
    with Client(Ways) as client, client.websocket("/talk") as ws:
        assert [ws.receive_json(), ws.receive_json(), ws.receive(), ws.receive()] == [SEEN, SEEN, '"a"', "a"]
