"""Binding: a handler's signature compiled, once, into a plan that makes its arguments.

Each parameter becomes a *source*: a function from the request's ``Inputs`` to the value. A handler pays for what it
names: one without parameters has no sources, and nothing is built for it. Used by ``http_handler.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaas.core.virtual.app_hints import hints_of
from vaas.framework.authoring.request import Request
from vaas.framework.authoring.response import Response
from vaas.framework.endpoints.inputs import Inputs, parse_query
from vaas.framework.endpoints.parameters import Parameter, Signature
from vaas.framework.http.convert import (
    Mismatch,
    NotJson,
    from_json,
    from_text,
    is_collection,
    is_model,
    plain,
    spoken_bool,
)
from vaas.framework.http.problems import HTTPError, Misfit, Reason

Source = Callable[[Inputs], Any]

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON_AS_FORM = (
    f"The body is JSON, and the header `Content-Type` says that it is a form ({FORM}), as curl -d has it where nothing "
    "else is said. Send `Content-Type: application/json`."
)


class MisfitHere(Exception):
    """A value that does not fit, on its way to a ``Misfit``."""

    def __init__(self, *reasons: Reason) -> None:
        self.reasons = reasons


class Plan:
    """How one handler gets its arguments."""

    __slots__ = ("_named", "_positional", "is_empty", "needs_body")

    def __init__(self, signature: Signature, body_limit: int) -> None:
        sources = [(parameter, source_of(parameter, body_limit)) for parameter in signature.parameters]
        self._positional = tuple(source for parameter, source in sources if not parameter.by_keyword)
        self._named = {parameter.name: source for parameter, source in sources if parameter.by_keyword}
        self.is_empty = not sources
        self.needs_body = any(parameter.place == "body" for parameter in signature.parameters)
        """The whole body must have come before ``call``."""

    def call(self, method: Callable[..., Any], inputs: Inputs) -> Any:
        """Binds and calls. Raises ``HTTPError`` (``Misfit`` with every reason), and what the method raises."""
        try:
            positional = [source(inputs) for source in self._positional]
            named = {name: source(inputs) for name, source in self._named.items()} if self._named else None
        except MisfitHere:
            raise self._misfit(inputs) from None
        return method(*positional, **named) if named else method(*positional)

    def _misfit(self, inputs: Inputs) -> Misfit:
        """Every reason, not the first alone."""
        reasons: list[Reason] = []
        for source in (*self._positional, *self._named.values()):
            try:
                source(inputs)
            except MisfitHere as misfit:
                reasons += misfit.reasons
        return Misfit(reasons)


def source_of(parameter: Parameter, body_limit: int) -> Source:
    match parameter.place:
        case "req":
            return lambda inputs: Request(inputs.exchange, inputs.path, body_limit)
        case "res":
            return _response
        case "ws":
            return lambda inputs: inputs.ws
        case "path":
            return _path_source(parameter)
        case "query":
            return _query_source(parameter)
    return _body_source(parameter, body_limit)


def _response(inputs: Inputs) -> Response:
    inputs.res = Response()
    return inputs.res


def _converted(parameter: Parameter, convert: Callable[[Any], Any], value: Any) -> Any:
    try:
        return convert(value)
    except Mismatch as mismatch:
        raise misfit_of(parameter, mismatch) from None


def misfit_of(parameter: Parameter, mismatch: Mismatch) -> MisfitHere:
    reasons = [Reason(parameter.name + place, parameter.place, reason) for place, reason in mismatch.reasons]
    return MisfitHere(*reasons)


def missing(parameter: Parameter) -> MisfitHere:
    return MisfitHere(Reason(parameter.name, parameter.place, "It is missing."))


def _path_source(parameter: Parameter) -> Source:
    name = parameter.name
    if parameter.annotation is Any:
        return lambda inputs: inputs.path[name]
    convert = from_text(parameter.annotation)
    return lambda inputs: _converted(parameter, convert, inputs.path[name])


def _query_source(parameter: Parameter) -> Source:
    name, repeated = parameter.name, is_collection(parameter.annotation)
    convert = from_text(str if parameter.annotation is Any else parameter.annotation)

    def source(inputs: Inputs) -> Any:
        values = inputs.query.get(name)
        if values is None:
            if parameter.required:
                raise missing(parameter)
            return parameter.default
        return _converted(parameter, convert, values if repeated else values[-1])

    return source


def _body_source(parameter: Parameter, body_limit: int) -> Source:
    kind = plain(parameter.annotation)
    if kind is bytes:
        return lambda inputs: inputs.body or _default(parameter, b"")
    if kind is str:
        return lambda inputs: _text(parameter, inputs)
    read_json = from_json(parameter.annotation)
    read_form = _form_reader(parameter)

    def source(inputs: Inputs) -> Any:
        if not inputs.body:
            if parameter.required:
                raise missing(parameter)
            return parameter.default
        kind = inputs.header(b"content-type").partition(";")[0].strip().lower()
        if kind == FORM and read_form is not None:
            if inputs.body.lstrip()[:1] in (b"{", b"["):  # no browser and no library sends a form that begins so
                raise HTTPError(415, JSON_AS_FORM)
            return _converted(parameter, read_form, inputs.body)
        if kind == MULTIPART:
            raise HTTPError(
                415, "A multipart form is not bound to `body`; the handler can read it by `await req.form()`."
            )
        return _json(parameter, read_json, inputs.body)

    return source


def _default(parameter: Parameter, empty: Any) -> Any:
    return empty if parameter.required else parameter.default


def _text(parameter: Parameter, inputs: Inputs) -> Any:
    if not inputs.body:
        return _default(parameter, "")
    try:
        return inputs.body.decode()
    except UnicodeDecodeError as error:
        raise MisfitHere(Reason(parameter.name, "body", f"It is not UTF-8: {error}.")) from None


def _json(parameter: Parameter, read: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return read(body)
    except NotJson as error:
        raise HTTPError(400, f"The body is not JSON: {error}.", members={"code": "malformed-body"}) from None
    except Mismatch as mismatch:
        raise misfit_of(parameter, mismatch) from None


def _form_reader(parameter: Parameter) -> Callable[[bytes], Any] | None:
    """Fields of an HTML form by name, for models and for bodies of any shape; None for what a form cannot be."""
    annotation = parameter.annotation
    if annotation is not Any and not is_model(annotation):
        return None
    convert = from_text(annotation)
    hints = hints_of(plain(annotation)) if isinstance(plain(annotation), type) else {}
    repeated = {name for name, hint in hints.items() if is_collection(hint)}
    spoken = {name: found for name, hint in hints.items() if (found := spoken_bool(hint)) is not None}

    def read(body: bytes) -> Any:
        fields: dict[str, Any] = {
            name: it if name in repeated or len(it) > 1 else it[0] for name, it in parse_query(body).items()
        }
        fields.update({name: made(fields[name]) for name, made in spoken.items() if name in fields})
        return convert(fields)

    return read
