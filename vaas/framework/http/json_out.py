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
from collections import OrderedDict
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from gc import get_referents
from inspect import isroutine
from numbers import Integral, Real
from types import ModuleType, NoneType
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UnsetType
from msgspec.json import Encoder

from vaas.framework.http.own_structs import is_own_struct, plain

_IP = (ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network)
_TEXTS = ("pydantic", "pydantic_core", "pydantic_extra_types")
_NO_VALUES = (type, ModuleType, BaseException, Awaitable, io.IOBase, tuple, frozenset, memoryview)
"""What has no place in JSON; the last three are asked for as keys only, and no container is one."""


def to_json(value: Any) -> bytes:
    """Raises ``TypeError`` (or ``ValueError``, ``RecursionError``) for what JSON has no place for."""
    data = _encode(value)
    kind: Any = type(value)
    # `find`, because `in` takes twice as long; it costs a small answer an eighth of a microsecond.
    if (data.find(b"[]") >= 0 or data.find(b"{}") >= 0) and _keeps_items_elsewhere(value):
        return _encode(_plain(value, spent=True))
    if kind is not dict and kind is not list and kind not in _EXACT and _is_own_container(kind):
        return _encode(_plain(value, spent=True))
    return data


def _known_as(value: Any) -> Any:
    """What msgspec takes for a value that it does not know; also asked for keys."""
    if value is None or type(value) is bool:  # these have a word of their own, so this one is a key
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, _NO_VALUES) or isroutine(value):
        raise TypeError(type(value).__name__)
    for kind, known_as in _BY_BASE:
        if isinstance(value, kind):
            return known_as(value)
    return _of_its_own(value)


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
        items = list(value)
        return _plain(items) if isinstance(value, Iterator) and _keeps_items_elsewhere(items) else items
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

_encode = Encoder(enc_hook=_known_as).encode

# --- containers that keep their items elsewhere than list and dict do, from where msgspec would read them

_LEAVES = {str, int, float, bool, NoneType, bytes, datetime, date, time, timedelta, Decimal, UUID}
_EXACT = {list, dict, tuple, *_LEAVES}


def _keeps_items_elsewhere(value: Any) -> bool:
    """Whether any list or dict in it does. Level by level: for plain ones that is done without a loop of Python's."""
    level = [value]
    while level:
        kinds = set(map(type, level)) - _LEAVES
        if kinds <= _EXACT:
            level = get_referents(*level) if kinds else []
        elif any(map(_is_own_container, kinds)):
            return True
        else:
            level = [part for one in level for part in _parts(one)]
    return False


@lru_cache(maxsize=1024)
def _is_own_container(kind: Any) -> bool:
    if issubclass(kind, dict):
        return kind.items not in (dict.items, OrderedDict.items)
    for base in (list, tuple, set, frozenset):
        if issubclass(kind, base):
            return kind.__iter__ is not base.__iter__
    return False


def _parts(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    if isinstance(value, list | tuple | set | frozenset):
        return value
    if _is_whole(value) or isinstance(value, Iterator):
        return ()
    fields = _fields(value)
    return [getattr(value, name, None) for name in fields] if fields else (_known_as(value),)


def _is_whole(value: Any) -> bool:
    """Whether msgspec is sure to take it as it is, or a model makes plain values of itself."""
    return type(value) in _LEAVES or isinstance(value, Enum | msgspec.Raw | UnsetType) or hasattr(value, "model_dump")


def _fields(value: Any) -> Iterable[str]:
    if isinstance(value, msgspec.Struct):
        return value.__struct_fields__
    attributes = getattr(type(value), "__attrs_attrs__", None)
    if attributes is not None:
        return [attribute.name for attribute in attributes]
    return [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else ()


def _plain(value: Any, *, spent: bool = False) -> Any:
    """The value, with each container as it shows itself. ``spent``: iterators have yielded what they had."""
    if isinstance(value, dict):
        return {key: _plain(item, spent=spent) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, spent=spent) for item in value]
    if _is_whole(value):
        return value
    if isinstance(value, Iterator):
        if spent:
            raise TypeError("an iterator beside a container that keeps its items elsewhere; make a list of it")
        return value
    fields = _fields(value)
    return _with_plain_fields(value, fields, spent=spent) if fields else _plain(_known_as(value), spent=spent)


def _with_plain_fields(value: Any, fields: Iterable[str], *, spent: bool) -> Any:
    same = copy(value)
    for name in fields:
        if hasattr(value, name):
            set_field = msgspec.structs.force_setattr if isinstance(value, msgspec.Struct) else object.__setattr__
            set_field(same, name, _plain(getattr(value, name), spent=spent))
    return same
