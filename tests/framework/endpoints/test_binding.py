"""A handler gets what it names, converted to what its annotation says; what does not fit is 422 with every reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, TypedDict
from urllib.parse import parse_qs, quote_from_bytes, urlencode
from uuid import UUID

import httpx
import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vaas
from vaas.framework.authoring.errors import Unbindable
from vaas.framework.endpoints.inputs import parse_query
from vaas.testing import Client


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Item:
    name: str
    count: int = 1


@dataclass
class Order:
    id: int
    items: list[Item] = field(default_factory=list)
    note: str = "none"


@dataclass(frozen=True)
class Frozen:
    id: int
    note: str = "none"


class Point(msgspec.Struct):
    x: float
    y: float = 0.0


class Movie(TypedDict, total=False):
    title: str
    year: int


@dataclass
class Terms:
    terms: bool
    name: str
    more: list[bool] = field(default_factory=list)


class TypedTerms(TypedDict):
    terms: bool
    name: str
    more: list[bool]


class StructTerms(msgspec.Struct):
    terms: bool
    name: str
    more: tuple[bool, ...] = ()


class PydanticTerms(pydantic.BaseModel):
    terms: bool
    name: str
    more: list[bool]


class Model:
    """As pydantic's models: it validates itself and dumps itself."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def model_validate(cls, value: Any) -> Model:
        if not isinstance(value, dict) or not isinstance(value.get("name"), str):
            raise ValueError("a model needs a name")
        return cls(value["name"].upper())

    def model_dump(self, mode: str) -> dict[str, str]:
        return {"name": self.name, "mode": mode}


@vaas.app
class App:
    @vaas.get("/nothing")
    def nothing(self) -> dict[str, bool]:
        return {"called": True}

    @vaas.get("/users/{id}")
    async def user(self, id: int, verbose: bool = False) -> dict[str, Any]:
        return {"id": id, "verbose": verbose}

    @vaas.get("/raw/{name}")
    async def raw(self, name, q="none") -> list[Any]:  # type: ignore[no-untyped-def]  # as an author may write it
        return [name, q]

    @vaas.get("/typed")
    async def typed(
        self,
        day: date,
        colour: Colour,
        uid: UUID,
        size: Literal["s", "m"] = "s",
        page: Annotated[int, msgspec.Meta(ge=1)] = 1,
        ratio: float | None = None,
    ) -> list[Any]:
        return [day, colour, uid, size, page, ratio]

    @vaas.get("/many")
    async def many(self, tag: list[str] = [], n: set[int] | None = None, *, last: int = 0) -> list[Any]:  # noqa: B006
        return [tag, sorted(n) if n is not None else None, last]

    @vaas.get("/flags")
    async def flags(self, flag: list[bool], maybe: bool | None = None) -> list[Any]:
        return [flag, maybe]

    @vaas.post("/accepted/dataclass")
    async def accepted(self, body: Terms) -> Terms:
        return body

    @vaas.post("/accepted/typed")
    async def accepted_typed(self, body: TypedTerms) -> TypedTerms:
        return body

    @vaas.post("/accepted/struct")
    async def accepted_struct(self, body: StructTerms) -> StructTerms:
        return body

    @vaas.post("/accepted/pydantic")
    async def accepted_pydantic(self, body: PydanticTerms) -> PydanticTerms:
        return body

    @vaas.post("/orders")
    async def order(self, body: Order, res: vaas.Response) -> Order:
        res.status = 201
        return body

    @vaas.post("/frozen")
    def frozen(self, body: Frozen) -> Frozen:
        return body

    @vaas.post("/points")
    def points(self, body: list[Point]) -> float:
        return sum(point.x + point.y for point in body)

    @vaas.post("/movie")
    def movie(self, body: Movie) -> Movie:
        return body

    @vaas.post("/model")
    def model(self, body: Model) -> Model:
        return body

    @vaas.post("/any")
    def any(self, body) -> Any:  # type: ignore[no-untyped-def]  # as an author may write it
        return {"got": body}

    @vaas.post("/optional")
    def optional(self, body: Point | None = None) -> list[Any]:
        return [body]

    @vaas.post("/bytes")
    def bytes(self, body: bytes) -> int:
        return len(body)

    @vaas.post("/text")
    def text(self, body: str) -> str:
        return body[::-1]

    @vaas.post("/order/{id}/{place}")
    def all_of_it(
        self, place: str, req: vaas.Request, id: int, body: dict[str, int], wait: float = 0.5
    ) -> dict[str, Any]:
        return {"id": id, "place": place, "method": req.method, "body": body, "wait": wait}


@pytest.fixture(scope="module")
def client() -> Any:
    with Client(App) as client:
        yield client


def reasons(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(one["name"], one["place"]) for one in answer.json()["errors"]]


def test_a_handler_that_names_nothing_gets_nothing(client: Client) -> None:
    assert client.get("/nothing?x=1").json() == {"called": True}


def test_path_and_query_are_converted(client: Client) -> None:
    assert client.get("/users/7?verbose=true").json() == {"id": 7, "verbose": True}
    assert client.get("/users/7").json() == {"id": 7, "verbose": False}


@pytest.mark.parametrize("word", ["on", "yes", "Yes", "true", "TRUE", "1", "y", "t"])
@pytest.mark.parametrize("negated", [False, True])
def test_a_bool_is_what_pages_and_people_write(client: Client, word: str, negated: bool) -> None:
    opposite = {"on": "off", "yes": "no", "true": "false", "1": "0", "y": "n", "t": "f"}
    said = opposite[word.lower()] if negated else word
    assert client.get(f"/users/7?verbose={said}").json()["verbose"] is not negated
    assert client.get(f"/flags?flag={said}&flag=on&maybe={said}").json() == [[not negated, True], not negated]
    for kind in ("dataclass", "typed", "struct", "pydantic"):
        answer = client.post(f"/accepted/{kind}", data={"terms": said, "more": [said, "off"], "name": "on"})
        assert answer.json() == {"terms": not negated, "more": [not negated, False], "name": "on"}, kind


def test_a_word_that_is_no_bool_is_named(client: Client) -> None:
    assert reasons(client.post("/accepted/dataclass", data={"terms": "perhaps", "name": "x"})) == [
        ("body.terms", "body")
    ]
    assert reasons(client.get("/flags?flag=on&flag=perhaps")) == [("flag[1]", "query")]


def test_without_annotations_values_are_text(client: Client) -> None:
    assert client.get("/raw/7?q=8").json() == ["7", "8"]


def test_dates_enums_uuids_literals_and_constraints_are_understood(client: Client) -> None:
    uid = "8c1c6d2e-6a0f-4b4e-9d3c-0a8f1f0e5a11"
    answer = client.get("/typed", params={"day": "2026-01-31", "colour": "blue", "uid": uid, "ratio": "0.5"})
    assert answer.json() == ["2026-01-31", "blue", uid, "s", 1, 0.5]


def test_every_value_that_does_not_fit_is_named_with_place_and_reason(client: Client) -> None:
    answer = client.get("/users/seven?verbose=perhaps")
    assert reasons(answer) == [("id", "path"), ("verbose", "query")]
    assert answer.json()["errors"][0]["reason"] == "Expected `int`, got `str`"
    answer = client.get("/typed?day=today&colour=green&page=0&size=xl")
    assert reasons(answer) == [(name, "query") for name in ("day", "colour", "uid", "size", "page")]
    assert answer.json()["errors"][2]["reason"] == "It is missing."
    assert "; uid (query): It is missing; size (query): " in answer.json()["detail"]


def test_repeated_query_parameters_make_a_collection(client: Client) -> None:
    assert client.get("/many?tag=a&tag=b&n=2&n=1&n=2&last=4").json() == [["a", "b"], [1, 2], 4]
    assert client.get("/many").json() == [[], None, 0]
    assert reasons(client.get("/many?n=1&n=x")) == [("n[1]", "query")]


def test_a_repeated_single_parameter_takes_the_last(client: Client) -> None:
    assert client.get("/users/1?verbose=false&verbose=true").json()["verbose"] is True


def test_a_dataclass_comes_back_whole_with_its_defaults(client: Client) -> None:
    answer = client.post("/orders", json={"id": 3, "items": [{"name": "a"}]})
    assert answer.status_code == 201
    assert answer.json() == {"id": 3, "items": [{"name": "a", "count": 1}], "note": "none"}
    assert client.post("/frozen", json={"id": 3}).json() == {"id": 3, "note": "none"}


def test_structs_typed_dicts_and_self_validating_models_are_bodies(client: Client) -> None:
    assert client.post("/points", json=[{"x": 1}, {"x": 2, "y": 3}]).json() == 6.0
    assert client.post("/movie", json={"title": "Alien"}).json() == {"title": "Alien"}
    assert client.post("/model", json={"name": "ada"}).json() == {"name": "ADA", "mode": "json"}


def test_a_misfit_inside_a_body_is_named_by_its_path(client: Client) -> None:
    answer = client.post("/orders", json={"id": 1, "items": [{"name": "a"}, {"name": 5}]})
    assert reasons(answer) == [("body.items[1].name", "body")]
    assert reasons(client.post("/movie", json={"year": "old"})) == [("body.year", "body")]
    assert "a model needs a name" in client.post("/model", json={}).json()["errors"][0]["reason"]


def test_numbers_in_a_json_body_are_not_guessed_from_text(client: Client) -> None:
    assert reasons(client.post("/orders", json={"id": "3"})) == [("body.id", "body")]


def test_a_missing_body_is_named_unless_there_is_a_default(client: Client) -> None:
    assert reasons(client.post("/orders")) == [("body", "body")]
    assert client.post("/optional").json() == [None]
    assert client.post("/optional", json={"x": 1}).json() == [{"x": 1.0, "y": 0.0}]


@pytest.mark.parametrize("body", [b'{"id":', b"[1 2]", b"\xff\xfe", b"[" * 100_000, b'"\xc3("'])
def test_what_is_not_json_is_400_and_says_why(client: Client, body: bytes) -> None:
    answer = client.post("/any", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
    assert answer.json()["detail"].startswith("The body is not JSON: ")


def test_a_malformed_body_says_at_which_byte(client: Client) -> None:
    assert "byte 3" in client.post("/any", content=b"[1 2]").json()["detail"]


def test_bytes_and_text_are_taken_as_they_are(client: Client) -> None:
    assert client.post("/bytes", content=b"\x00\xff").json() == 2
    assert client.post("/text", content="héllo".encode()).text == "olléh"
    assert reasons(client.post("/text", content=b"\xff")) == [("body", "body")]


def test_an_html_form_is_bound_like_json(client: Client) -> None:
    assert client.post("/any", data={"a": "1", "b": ["x", "y"]}).json() == {"got": {"a": "1", "b": ["x", "y"]}}
    assert client.post("/frozen", data={"id": "4"}).json() == {"id": 4, "note": "none"}
    assert reasons(client.post("/frozen", data={"id": "four"})) == [("body.id", "body")]


def test_everything_at_once_in_any_order(client: Client) -> None:
    answer = client.post("/order/5/here?wait=2", json={"n": 1})
    assert answer.json() == {"id": 5, "place": "here", "method": "POST", "body": {"n": 1}, "wait": 2.0}


class Size(pydantic.BaseModel):
    label: str
    width: int = pydantic.Field(ge=1)


class WithPydantic:
    @vaas.post("/one")
    async def one(self, body: Size) -> Size:
        return body

    @vaas.post("/many")
    def many(self, body: list[Size]) -> dict[str, Any]:
        return {"sizes": body}


def test_pydantic_models_are_bound_returned_and_explained() -> None:
    with Client(WithPydantic) as client:
        assert client.post("/one", json={"label": "m", "width": 2}).json() == {"label": "m", "width": 2}
        assert client.post("/one", data={"label": "m", "width": "2"}).json() == {"label": "m", "width": 2}
        assert client.post("/many", json=[{"label": "m", "width": 2}]).json() == {"sizes": [{"label": "m", "width": 2}]}
        assert reasons(client.post("/one", json={"width": 0})) == [("body.label", "body"), ("body.width", "body")]
        wrong = [{"label": "m", "width": 2}, {"label": "m", "width": 0}]
        assert reasons(client.post("/many", json=wrong)) == [("body[1].width", "body")]


class Unknown:
    pass


@pytest.mark.parametrize(
    ("name", "annotation", "reason"),
    [
        ("point", Point, "call it body"),
        ("point", "dict[str, int]", "call it body"),
        ("x", Unknown, "nothing from outside becomes a Unknown"),
        ("body", list[Unknown], "nothing from outside becomes a Unknown"),
        ("x", "NotDefined", "NameError"),
        ("ws", vaas.WebSocket, "only a handler with @vaas.websocket"),
        ("x", "int | list[int] | list[str]", "more than one array-like"),
    ],
)
def test_what_cannot_be_bound_is_refused_when_the_app_is_opened(name: str, annotation: Any, reason: str) -> None:

    source = f"def handler(self, {name}): ..."
    made: dict[str, Any] = {"Point": Point}
    exec(source, made)  # noqa: S102  # our own text
    made["handler"].__annotations__ = {name: annotation}
    app = type("App", (), {"handler": vaas.get("/x")(made["handler"])})
    with pytest.raises(Unbindable) as caught:
        Client(app)
    assert reason in str(caught.value)
    assert f"App.handler asks for {name!r}" in str(caught.value) or "its annotations" in str(caught.value)


def test_a_path_parameter_that_no_argument_takes_is_refused() -> None:
    class Forgetful:
        @vaas.get("/users/{id}")
        def user(self) -> None: ...

    with pytest.raises(Unbindable, match="'id', which cannot be bound: it stands in the path"):
        Client(Forgetful)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_through_a_query_unchanged(whole: int, real: float) -> None:
    assert _echo().get("/numbers", params={"whole": whole, "real": repr(real)}).json() == [whole, real]


@given(st.text(), st.lists(st.text(), min_size=1))
def test_any_text_comes_through_a_query_unchanged(text: str, texts: list[str]) -> None:
    try:
        (text + "".join(texts)).encode()
    except UnicodeEncodeError:
        return  # a lone surrogate is no text that could travel
    assert _echo().get("/texts", params={"text": text, "texts": texts}).json() == [text, texts]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_comes_through_a_body_unchanged(value: Any) -> None:
    assert _echo().post("/json", content=msgspec.json.encode(value)).json() == {"value": value}


@given(st.binary(max_size=60))
def test_a_query_is_read_as_the_standard_library_reads_it(raw: bytes) -> None:
    query = quote_from_bytes(raw, safe="&=+;%")
    assert parse_query(query.encode()) == parse_qs(query, keep_blank_values=True)


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=("Cs",))), st.text(st.characters(exclude_categories=("Cs",)))
        )
    )
)
def test_what_is_urlencoded_is_read_back(pairs: list[tuple[str, str]]) -> None:
    read = parse_query(urlencode(pairs).encode())
    assert [(name, value) for name in read for value in read[name]] == sorted(
        pairs, key=lambda pair: [name for name, _ in pairs].index(pair[0])
    )


class Echo:
    @vaas.get("/numbers")
    def numbers(self, whole: int, real: float) -> list[Any]:
        return [whole, real]

    @vaas.get("/texts")
    def texts(self, text: str, texts: list[str]) -> list[Any]:
        return [text, texts]

    @vaas.post("/json")
    def json(self, body: Any) -> Any:
        return {"value": body}


_clients: list[Client] = []


def _echo() -> Client:
    if not _clients:
        _clients.append(Client(Echo))
    return _clients[0]


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Any:
    yield
    while _clients:
        _clients.pop().close()


# --- bodies that are not there, and forms


class Bodies:
    @vaas.post("/bytes")
    def bytes(self, body: bytes) -> str:
        return repr(body)

    @vaas.post("/text")
    def text(self, body: str) -> str:
        return repr(body)

    @vaas.post("/bytes-else")
    def bytes_else(self, body: bytes = b"else") -> str:
        return repr(body)

    @vaas.post("/text-else")
    def text_else(self, body: str = "else") -> str:
        return repr(body)

    @vaas.post("/json-else")
    def json_else(self, body: int = 7) -> str:
        return repr(body)

    @vaas.post("/movie")
    def movie(self, body: Movie) -> Movie:
        return body

    @vaas.post("/tags")
    def tags(self, body: Tags) -> list[str]:
        return body.tags

    @vaas.post("/list")
    def list(self, body: list[int]) -> list[int]:
        return body


@dataclass
class Tags:
    tags: list[str]


@pytest.fixture(scope="module")
def bodies() -> Any:
    with Client(Bodies) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "without", "with_one"),
    [
        ("/bytes", "b''", "b'x'"),
        ("/text", "''", "'x'"),
        ("/bytes-else", "b'else'", "b'x'"),
        ("/text-else", "'else'", "'x'"),
    ],
)
def test_an_empty_body_is_the_default_or_else_empty(bodies: Client, path: str, without: str, with_one: str) -> None:
    assert bodies.post(path).text == without
    assert bodies.post(path, content=b"x").text == with_one


def test_a_body_with_a_default_may_be_missing(bodies: Client) -> None:
    assert bodies.post("/json-else").text == "7"
    assert bodies.post("/json-else", content=b"8").text == "8"


def test_what_is_missing_is_said_to_be(bodies: Client) -> None:
    errors = bodies.post("/movie").json()["errors"]
    assert [(one["name"], one["place"], one["reason"]) for one in errors] == [("body", "body", "It is missing.")]


def test_a_field_of_a_form_that_may_be_repeated_is_a_list_also_if_it_comes_once(bodies: Client) -> None:
    assert bodies.post("/tags", data={"tags": "one"}).json() == ["one"]
    assert bodies.post("/tags", data={"tags": ["one", "two"]}).json() == ["one", "two"]
    assert bodies.post("/movie", data={"title": "M", "year": "1931"}).json() == {"title": "M", "year": 1931}


def test_the_media_type_of_a_form_is_known_in_any_spelling(bodies: Client) -> None:
    kind = "Application/X-WWW-Form-Urlencoded ; charset=utf-8"
    assert bodies.post("/movie", content=b"title=M", headers={"content-type": kind}).json() == {"title": "M"}


@pytest.mark.parametrize("body", [b'{"title": "M"}', b' [{"title": "M"}]'])
def test_json_that_is_sent_as_a_form_is_refused_with_the_header_that_is_missing(bodies: Client, body: bytes) -> None:
    answer = bodies.post("/movie", content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 415
    assert answer.json()["detail"].endswith("Send `Content-Type: application/json`.")


def test_a_form_may_have_any_name_that_is_encoded(bodies: Client) -> None:
    assert bodies.post("/movie", data={"{title": "x", "title": "M"}).json() == {"title": "M"}


def test_what_a_form_cannot_be_is_read_as_json_whatever_it_says_it_is(bodies: Client) -> None:
    kind = "application/x-www-form-urlencoded"
    assert bodies.post("/list", content=b"[1]", headers={"content-type": kind}).json() == [1]


def test_a_multipart_form_is_not_bound_and_the_error_says_what_to_do(bodies: Client) -> None:
    answer = bodies.post("/movie", files={"a": b"x"})
    assert answer.status_code == 415
    assert "await req.form()" in answer.json()["detail"]


def test_what_is_no_json_has_a_code(bodies: Client) -> None:
    answer = bodies.post("/movie", content=b"{")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")
