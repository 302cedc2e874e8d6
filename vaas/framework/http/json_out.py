"""JSON out: what a handler returns, yields or sends, as JSON. One mechanism for every place where JSON leaves.

msgspec encodes what it knows (plain values, dataclasses, Structs, attrs, dates, UUIDs, enums) and
asks ``_known_as`` for the rest: what ``json.dumps`` takes by its base type, and what FastAPI's encoder takes. Used by
``framework/endpoints/answers.py``, ``stream.py``, ``sse.py``, ``problems.py`` and
``framework/authoring/websocket.py``."""

from __future__ import annotations

import dataclasses
import io
import ipaddress
import os
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from gc import get_referents
from inspect import isroutine
from itertools import chain
from numbers import Integral, Real
from types import ModuleType, NoneType
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
from msgspec.json import Encoder

from vaas.framework.http.own_structs import is_own_struct, plain

_IP = (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network)
_TEXTS = ("pydantic", "pydantic_core", "pydantic_extra_types")
_NO_VALUES = (type, ModuleType, BaseException, Awaitable, io.IOBase, tuple, frozenset, memoryview)
"""What has no place in JSON; the last three are asked for as keys only, and no container is one."""


def to_json(value: Any) -> bytes:
    """Raises ``TypeError`` (or ``ValueError``, ``RecursionError``) for what JSON has no place for."""
    try:
        data = _encode_plain(value)  # reads no iterator: it asks for none
    except TypeError:
        return _encode(_as_shown(value))
    if type(value) is dict:
        if _LEAVES.issuperset(map(type, value.values())):
            return data
        level = list(value.values())
    else:
        level = [value]
    return _encode(_as_shown(value)) if _any_hides_items(level) else data


def _known_as(value: Any) -> Any:
    """What msgspec takes for a value that it does not know; also asked for keys."""
    if value is None or type(value) is bool:  # these have a word of their own, so this one is a key
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, _NO_VALUES) or isroutine(value):
        raise TypeError(type(value).__name__)
    for kind, known_as in _BY_BASE:
        if isinstance(value, kind):
            return known_as(value)
    return _as_shown(_of_its_own(value))


def _of_its_own(value: Any) -> Any:
    """A model, text that is no ``str`` (a lazy translation), a type of pydantic's (a URL, a secret), what can be a dict
    as a row of a database can, what has items, or what has public attributes."""
    if is_own_struct(type(value)):
        return plain(value, _known_as)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "__fields__") and hasattr(value, "dict"):  # pydantic's first version
        return value.dict()
    if hasattr(value, "casefold") or type(value).__module__.partition(".")[0] in _TEXTS:
        return str(value)
    if isinstance(value, Mapping):
        return dict(value.items())
    if hasattr(value, "keys") and hasattr(value, "__getitem__"):
        return {name: value[name] for name in value.keys()}  # noqa: SIM118 - it need not iterate over them
    if hasattr(value, "tolist"):  # numpy's
        return value.tolist()
    if isinstance(value, Iterable):
        return list(value)
    public = {name: item for name, item in getattr(value, "__dict__", {}).items() if not name.startswith("_")}
    if not public:
        raise TypeError(type(value).__name__)
    return public


def _same_moment(value: datetime) -> datetime | None:
    if value != value:  # pandas' "not a time"
        return None
    day = (value.year, value.month, value.day)
    return datetime(*day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo)


_BY_BASE: tuple[tuple[Any, Any], ...] = (
    (str, str.__str__),
    (int, int.__index__),
    (float, float.__float__),
    (bytes, lambda value: bytes(memoryview(value))),
    (datetime, _same_moment),
    (date, lambda value: date(value.year, value.month, value.day)),
    (time, lambda value: time(value.hour, value.minute, value.second, value.microsecond, value.tzinfo)),
    (timedelta, lambda value: timedelta(value.days, value.seconds, value.microseconds)),
    (Decimal, Decimal),
    (UUID, lambda value: UUID(int=value.int)),
    (Integral, int),
    (Real, float),
    (_IP, str),
    (os.PathLike, os.fsdecode),
    (re.Pattern, lambda value: value.pattern),
)
"""The base of a subclass, or of a kind, and what makes a value that JSON knows; the first that fits."""

_encode_plain = Encoder().encode
_encode = Encoder(enc_hook=_known_as).encode

# --- containers that show other items than list and dict have, from where msgspec would read them

_LEAVES = frozenset({str, int, float, bool, NoneType, bytes, datetime, date, time, timedelta, Decimal, UUID})
_PLAIN = _LEAVES | {list, dict, tuple}


def _any_hides_items(level: list[Any]) -> bool:
    """Whether any container among these values, and in them, does. They have been encoded, and so end. Level by level:
    for plain containers that is done without a loop of Python's."""
    while not _LEAVES.issuperset(map(type, level)):
        if not _PLAIN.issuperset(map(type, level)):
            kinds = {*map(type, level)} - _LEAVES
            if any(map(_is_own_container, kinds)):
                return True
            level = [*chain.from_iterable(_parts_of(kind, level) for kind in kinds if _is_read(kind))]
        else:
            level = get_referents(*level)
    return False


def _parts_of(kind: Any, level: list[Any]) -> Iterable[Any]:
    """What is in those of this kind."""
    own = [one for one in level if type(one) is kind]
    return get_referents(*own) if kind in _PLAIN else chain.from_iterable(map(_reader(kind), own))


@lru_cache(maxsize=1024)
def _reader(kind: Any) -> Callable[[Any], Iterable[Any]]:
    if issubclass(kind, list | tuple | set | frozenset):
        return iter
    if issubclass(kind, dict):
        return dict.values
    fields = _holding_fields(kind)
    return lambda value: [getattr(value, name, None) for name in fields]


def _holding_fields(kind: Any) -> tuple[str, ...]:
    """Its fields that may hold a container, as far as their annotations say."""
    try:
        hints = get_type_hints(kind)
    except Exception:  # an annotation may be any text
        hints = {}
    return tuple(name for name in _fields_of(kind) if not any(hints.get(name) is leaf for leaf in _LEAVES))


@lru_cache(maxsize=1024)
def _is_read(kind: Any) -> bool:
    """Whether anything in it may be a container; of rows, mostly not."""
    return kind in _PLAIN or issubclass(kind, list | tuple | set | frozenset | dict) or bool(_holding_fields(kind))


@lru_cache(maxsize=1024)
def _is_own_container(kind: Any) -> bool:
    """``OrderedDict`` is one, too: it has an order of its own."""
    if issubclass(kind, dict):
        return kind.items is not dict.items
    return any(issubclass(kind, base) and kind.__iter__ is not base.__iter__ for base in (list, tuple, set, frozenset))


def _fields(value: Any) -> tuple[str, ...]:
    kind: Any = type(value)
    return _fields_of(kind)


@lru_cache(maxsize=1024)
def _fields_of(kind: Any) -> tuple[str, ...]:
    """Of the classes whose fields msgspec reads by itself."""
    if issubclass(kind, msgspec.Struct):
        return tuple(kind.__struct_fields__)
    if hasattr(kind, "__attrs_attrs__"):
        return tuple(attribute.name for attribute in kind.__attrs_attrs__)
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def _as_shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_shown(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_shown(item) for item in value]
    return _with_shown_fields(value) if _fields(value) else value


def _with_shown_fields(value: Any) -> Any:
    same = copy(value)
    for name in _fields(value):
        if hasattr(value, name):
            set_field = msgspec.structs.force_setattr if isinstance(value, msgspec.Struct) else object.__setattr__
            set_field(same, name, _as_shown(getattr(value, name)))
    return same
