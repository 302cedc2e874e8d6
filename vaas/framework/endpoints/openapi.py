"""openapi.json, from the handlers: paths, parameters, bodies, and answers by their return annotations.

What ``parameters.py`` reads is what binding uses, so the description cannot drift from the code. msgspec makes the
schemas. Pure: a class in, a dict out.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterable, Iterator
from typing import Any, get_origin

import msgspec
from msgspec.json import schema_components

from vaas.framework.authoring.collect import Endpoint, each_method, endpoints_of
from vaas.framework.authoring.response import Response
from vaas.framework.endpoints.parameters import MISSING, Parameter, Signature, http_signature
from vaas.framework.http.convert import is_model
from vaas.framework.http.own_structs import is_own_struct, schema
from vaas.framework.http.problems import MEDIA_TYPE, Reason

OPENAPI = "3.1.0"
_REF = "#/components/schemas/{name}"
_CONVERTOR = re.compile(r"{(\w+):\w+}")
_VALUES = ("path", "query", "body")


class Problem(msgspec.Struct):
    """RFC 9457, with a stable code and the request id."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[Reason] = []


def openapi(app: Any, title: str = "", version: str = "") -> dict[str, Any]:
    """The description of an app class (or of an instance's). Websockets have no place in OpenAPI, RPC neither."""
    cls = app if isinstance(app, type) else type(app)
    routes = [
        (method, one, http_signature(one.member, one.pattern.parameters))
        for method, one in each_method([one for one in endpoints_of(cls) if not one.is_websocket])
    ]
    schemas = Schemas([Problem, *_types(routes)])
    paths: dict[str, dict[str, Any]] = {}
    for method, endpoint, signature in routes:
        path = _CONVERTOR.sub(r"{\1}", endpoint.route.path)
        paths.setdefault(path, {})[method.lower()] = _operation(endpoint, signature, schemas)
    return {
        "openapi": OPENAPI,
        "info": {"title": title or cls.__name__, "version": version or "0"},
        "paths": paths,
        "components": {"schemas": schemas.components},
    }


class Schemas:
    """The schema of each annotation; models stand once in ``components``."""

    def __init__(self, annotations: list[Any]) -> None:
        made = schema_components(annotations, schema_hook=_foreign_schema, ref_template=_REF)
        described, self.components = _portable(made)
        self._of: dict[Any, dict[str, Any]] = dict(zip(map(_key, annotations), described, strict=True))

    def of(self, annotation: Any) -> dict[str, Any]:
        return self._of[_key(annotation)]


def _portable(schema: Any) -> Any:
    """With patterns as ECMA 262 has them: there is no ``\\A`` and no ``\\Z`` there, and ``$`` is the very end."""
    if isinstance(schema, dict):
        pattern = schema.get("pattern")
        ours = {"pattern": pattern.replace(r"\A", "^").replace(r"\Z", "$")} if isinstance(pattern, str) else {}
        return {key: _portable(value) for key, value in schema.items()} | ours
    return type(schema)(map(_portable, schema)) if isinstance(schema, list | tuple) else schema


def _key(annotation: Any) -> Any:
    try:
        hash(annotation)
    except TypeError:  # Annotated with something that cannot be hashed
        return repr(annotation)
    return annotation


def _foreign_schema(kind: type) -> dict[str, Any]:
    """A pydantic model describes itself; anything else that msgspec does not know is an object of any shape."""
    if is_own_struct(kind):
        return schema(kind)
    describe = getattr(kind, "model_json_schema", None)
    described: dict[str, Any] = describe() if describe is not None else {"title": kind.__name__}
    return described


def _types(routes: list[tuple[str, Endpoint, Signature]]) -> Iterator[Any]:
    for _, _, signature in routes:
        for parameter in signature.parameters:
            if parameter.place in _VALUES:
                yield parameter.annotation
        if _is_described(signature.returns):
            yield signature.returns


def _is_described(returns: Any) -> bool:
    """Whether a return annotation says what the JSON looks like."""
    kind = get_origin(returns) or returns
    if returns is MISSING or returns is None or returns is type(None) or returns in (str, bytes):
        return False
    return not (isinstance(kind, type) and (issubclass(kind, Response) or issubclass(kind, AsyncIterable | Iterator)))


def _operation(endpoint: Endpoint, signature: Signature, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {"operationId": endpoint.member.name}
    described = inspect.getdoc(endpoint.member.function)
    if described:
        operation |= {"summary": described.partition("\n")[0], "description": described}
    parameters = [_parameter(one, schemas) for one in signature.parameters if one.place in ("path", "query")]
    parameters += _unnamed_path_parameters(endpoint, signature)
    if parameters:
        operation["parameters"] = parameters
    for one in signature.parameters:
        if one.place == "body":
            operation["requestBody"] = _body(one, schemas)
    operation["responses"] = _responses(signature, schemas)
    return operation


def _parameter(one: Parameter, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.of(one.annotation)
    if not one.required and isinstance(one.default, str | int | float | bool):
        schema = {**schema, "default": one.default}
    return {"name": one.name, "in": one.place, "required": one.place == "path" or one.required, "schema": schema}


def _unnamed_path_parameters(endpoint: Endpoint, signature: Signature) -> list[dict[str, Any]]:
    """Those that the handler reads from ``req.path_params``."""
    named = {one.name for one in signature.parameters}
    rest = [name for name in endpoint.pattern.parameters if name not in named]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in rest]


def _body(one: Parameter, schemas: Schemas) -> dict[str, Any]:
    if one.annotation is bytes:
        return {"required": one.required, "content": {"application/octet-stream": {}}}
    if one.annotation is str:
        return {"required": one.required, "content": {"text/plain": {"schema": {"type": "string"}}}}
    schema = {"schema": schemas.of(one.annotation)}
    content = {"application/json": schema}
    if is_model(one.annotation):
        content["application/x-www-form-urlencoded"] = schema
    return {"required": one.required, "content": content}


def _responses(signature: Signature, schemas: Schemas) -> dict[str, Any]:
    problem = {MEDIA_TYPE: {"schema": schemas.of(Problem)}}
    responses: dict[str, Any] = {_status(signature.returns): _answer(signature.returns, schemas)}
    if any(one.place in _VALUES for one in signature.parameters):
        responses["422"] = {"description": "Values that do not fit", "content": problem}
    responses["default"] = {"description": "A problem", "content": problem}
    return responses


def _status(returns: Any) -> str:
    return "204" if returns is None or returns is type(None) else "200"


def _answer(returns: Any, schemas: Schemas) -> dict[str, Any]:
    if returns in (str, bytes):
        return {"description": "OK", "content": {"text/plain" if returns is str else "application/octet-stream": {}}}
    if not _is_described(returns):
        return {"description": "No Content" if _status(returns) == "204" else "OK"}
    return {"description": "OK", "content": {"application/json": {"schema": schemas.of(returns)}}}
