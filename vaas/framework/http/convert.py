"""Values in: strings and JSON to what a handler's annotation says. What it returns to JSON: ``json_out.py``.

msgspec does the work. Models that come with their own rules (pydantic's) keep them, by their method
``model_validate``; pydantic itself is never imported here. Used by ``framework/endpoints/binding.py``."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable, Collection, Mapping
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import inspect as shapes
from msgspec.json import Decoder

from vaas.framework.http.own_structs import is_own_struct, made

_PLACE = re.compile(r" - at `(?:key in )?\$(?P<path>(?:(?! - at `).)*)`\Z")  # how msgspec ends a ValidationError


_SIMPLE = (Any, str, int, bool, float, bytes)
"""Nothing needs to be asked about these: most parameters are one, and a host starts faster."""


_SPOKEN = {
    **dict.fromkeys(("true", "1", "on", "yes", "y", "t"), True),
    **dict.fromkeys(("false", "0", "off", "no", "n", "f"), False),
}
"""A ``bool`` as people, pages and programs write it; a checkbox of HTML sends ``on``. Pydantic's list."""


class Mismatch(Exception):
    """A value does not fit. ``reasons`` are pairs of where in it (``.items[0].id``, or empty) and why."""

    def __init__(self, *reasons: tuple[str, str]) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


class NotJson(Exception):
    """The bytes are not JSON; the text says why and at which byte."""


def from_text(annotation: Any) -> Callable[[Any], Any]:
    """A function from a string (or a list of them) to the annotated type; it raises ``Mismatch``."""

    finish, spoken = _finisher(annotation), spoken_bool(annotation)

    def convert(value: Any) -> Any:
        try:
            value = value if spoken is None else spoken(value)
            made = msgspec.convert(value, annotation, strict=False, dec_hook=_validate)
        except msgspec.ValidationError as error:
            raise _mismatch(error) from None
        return made if finish is None else finish(made)

    return convert


def spoken_bool(annotation: Any) -> Callable[[Any], Any] | None:
    """A function that makes the words for a ``bool`` one, and leaves others as they are; None where none is wanted."""
    wanted = plain(annotation)
    if wanted is bool:
        return _truth
    if is_collection(wanted) and {plain(it) for it in get_args(wanted)} - {Ellipsis} == {bool}:
        return lambda values: [_truth(it) for it in values]
    return None


def _truth(text: Any) -> Any:
    return _SPOKEN.get(text.lower(), text) if isinstance(text, str) else text


def from_json(annotation: Any) -> Callable[[bytes], Any]:
    """A function from JSON to the annotated type; it raises ``Mismatch`` or ``NotJson``."""
    decode = Decoder(annotation, dec_hook=_validate).decode
    finish = _finisher(annotation)

    def convert(body: bytes) -> Any:
        try:
            made = decode(body)
        except msgspec.ValidationError as error:
            raise _mismatch(error) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise NotJson(str(error)) from None
        except RecursionError:
            raise NotJson("JSON is nested too deeply") from None
        return made if finish is None else finish(made)

    return convert


def _validate(wanted: type, value: Any) -> Any:
    if is_own_struct(wanted):
        return made(wanted, value)
    validate = getattr(wanted, "model_validate", None)
    if validate is None:
        raise NotImplementedError(f"{wanted.__name__} cannot be made from JSON")
    return validate(value)


def _finisher(annotation: Any) -> Callable[[Any], Any] | None:
    """msgspec leaves a dataclass's defaults to its class, where its own encoder then does not find them (0.22): a
    handler that returns its body would lose fields. So they are put where ``__init__`` would have put them."""
    if annotation in _SIMPLE:
        return None
    if _contains(shapes.type_info(annotation), lambda one: isinstance(one, shapes.DataclassType)):
        return _with_defaults
    return None


def _with_defaults(value: Any) -> Any:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, msgspec.Struct):
            waiting += [getattr(one, name) for name in one.__struct_fields__]
        elif dataclasses.is_dataclass(one):
            for field in dataclasses.fields(one):
                item = getattr(one, field.name)
                waiting.append(item)
                if item is field.default:
                    object.__setattr__(one, field.name, item)  # a frozen one has no other way
    return value


def _mismatch(error: msgspec.ValidationError) -> Mismatch:
    text = str(error)
    path = ""
    while place := _PLACE.search(text):  # the outer one last
        path, text = path + place["path"], text[: place.start()]
    errors = getattr(error.__cause__, "errors", None)
    if callable(errors):  # pydantic's ValidationError lists every one
        return Mismatch(*((path + _joined(one["loc"]), one["msg"]) for one in errors()))
    return Mismatch((path, text))


def _joined(place: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)


# --- which annotations may stand where


def plain(annotation: Any) -> Any:
    """The annotation without ``Annotated`` and without ``| None``."""
    while get_origin(annotation) is typing.Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        if len(rest) == 1:
            return plain(rest[0])
    return annotation


def is_collection(annotation: Any) -> bool:
    """Whether it is made of the repeats of one query parameter: ``list[int]``, ``tuple[str, ...]``, ``set``."""
    kind = get_origin(plain(annotation)) or plain(annotation)
    return isinstance(kind, type) and issubclass(kind, Collection) and not issubclass(kind, str | bytes | Mapping)


def is_model(annotation: Any) -> bool:
    """Whether it has fields of its own, and so comes from a body and not from a string."""
    kind = get_origin(plain(annotation)) or plain(annotation)
    if not isinstance(kind, type):
        return False
    return (
        issubclass(kind, msgspec.Struct | Mapping)
        or dataclasses.is_dataclass(kind)
        or typing.is_typeddict(kind)
        or hasattr(kind, "model_validate")
        or is_own_struct(kind)
    )


def why_unusable(annotation: Any) -> str:
    """Empty, or the reason why no value of this type can come from outside."""
    if annotation in _SIMPLE:
        return ""
    try:
        unknown = _unknown_type(shapes.type_info(annotation))
    except TypeError as error:
        return f"{_name(annotation)}: {error}."
    return f"nothing from outside becomes a {unknown}." if unknown else ""


def _unknown_type(shape: Any) -> str:
    """The first type in it that neither msgspec nor the type itself can validate."""
    unknown = _contains(shape, lambda one: isinstance(one, shapes.CustomType) and not is_model(one.cls))
    return _name(unknown.cls) if unknown is not None else ""


def _contains(shape: Any, wanted: Callable[[Any], bool]) -> Any:
    """The first part of a type's description that is wanted, or None. Types may contain themselves."""
    seen: set[int] = set()
    waiting: list[Any] = [shape]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if wanted(one):
            return one
        if isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, shapes.Type | shapes.Field):
            waiting += [getattr(one, name) for name in type(one).__struct_fields__]
    return None


def _name(annotation: Any) -> str:
    return getattr(annotation, "__name__", None) or str(annotation)
