"""The description of an app is made from what binding uses, so it cannot drift from the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

import vaas
from vaas.framework.endpoints.openapi import openapi


@dataclass
class Order:
    id: int
    note: str = "none"


@vaas.app
class Shop:
    @vaas.get("/orders/{id}")
    async def show(self, id: int, deep: bool = False, tag: list[str] | None = None) -> Order:
        """One order.

        With all of its parts.
        """
        return Order(id)

    @vaas.post("/orders")
    def make(self, req: vaas.Request, res: vaas.Response, body: Order) -> list[Order]:
        return [body]

    @vaas.delete("/orders/{id:int}")
    def remove(self, id: Annotated[int, msgspec.Meta(ge=1)]) -> None: ...

    @vaas.put("/blobs/{name:path}")
    def blob(self, req: vaas.Request, body: bytes) -> str:
        return ""

    @vaas.get("/page")
    def page(self) -> vaas.Response:
        return vaas.html("")

    @vaas.get("/any")
    def any(self, q):  # type: ignore[no-untyped-def]  # as an author may write it
        return q

    @vaas.websocket("/chat")
    async def chat(self, ws: vaas.WebSocket) -> None: ...


def described() -> Any:
    return openapi(Shop, title="Shop", version="1.2")


def test_every_route_but_websockets_is_described() -> None:
    made = described()
    assert made["info"] == {"title": "Shop", "version": "1.2"}
    assert {path: sorted(methods) for path, methods in made["paths"].items()} == {
        "/orders/{id}": ["delete", "get"],
        "/orders": ["post"],
        "/blobs/{name}": ["put"],
        "/page": ["get"],
        "/any": ["get"],
    }


def test_parameters_have_place_schema_and_default() -> None:
    show = described()["paths"]["/orders/{id}"]["get"]
    assert show["operationId"] == "show"
    assert show["summary"] == "One order."
    path, deep, tag = show["parameters"]
    assert path == {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    assert deep == {"name": "deep", "in": "query", "required": False, "schema": {"type": "boolean", "default": False}}
    assert (tag["name"], tag["required"]) == ("tag", False)
    assert described()["paths"]["/blobs/{name}"]["put"]["parameters"][0]["name"] == "name"


def test_constraints_are_in_the_schema() -> None:
    (parameter,) = described()["paths"]["/orders/{id}"]["delete"]["parameters"]
    assert parameter["schema"] == {"type": "integer", "minimum": 1}


def test_models_stand_once_and_are_referred_to() -> None:
    made = described()
    reference = {"$ref": "#/components/schemas/Order"}
    assert made["components"]["schemas"]["Order"]["required"] == ["id"]
    body = made["paths"]["/orders"]["post"]["requestBody"]
    assert body["required"] is True
    assert body["content"]["application/json"]["schema"] == reference
    answers = made["paths"]["/orders"]["post"]["responses"]
    assert answers["200"]["content"]["application/json"]["schema"] == {"type": "array", "items": reference}


def test_answers_follow_the_return_annotation() -> None:
    paths = described()["paths"]
    assert "204" in paths["/orders/{id}"]["delete"]["responses"]
    assert paths["/blobs/{name}"]["put"]["responses"]["200"]["content"] == {"text/plain": {}}
    assert "content" not in paths["/page"]["get"]["responses"]["200"]
    assert "422" in paths["/orders"]["post"]["responses"]
    assert "422" not in paths["/page"]["get"]["responses"]
    assert "application/problem+json" in paths["/page"]["get"]["responses"]["default"]["content"]


def test_the_description_is_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(described())) == described()
