"""openapi.json is generated from the handlers, and holds together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child)


def operations(document: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_the_document_says_what_it_is(api: Any):
    document = api.get("/openapi.json")
    assert document["openapi"].startswith("3.1")
    assert document["info"] == {**document["info"], "title": "vaas", "version": "0.1.0"}


def test_every_reference_leads_to_a_schema(api: Any):
    document = api.get("/openapi.json")
    references = {node["$ref"] for node in walk(document) if "$ref" in node}
    assert references
    for reference in references:
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        assert isinstance(target, dict)


def test_every_parameter_in_a_path_is_described(api: Any):
    for _, path, operation in operations(api.get("/openapi.json")):
        described = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path))


def test_every_operation_has_a_name_of_its_own_a_summary_and_answers(api: Any):
    found = list(operations(api.get("/openapi.json")))
    names = [operation["operationId"] for _, _, operation in found]
    assert len(set(names)) == len(names)
    for method, path, operation in found:
        assert operation["responses"], (method, path)
        assert operation["summary"], (method, path)


def test_bodies_are_described_by_their_types(api: Any):
    document = api.get("/openapi.json")
    body = document["paths"]["/api/v1/apps/{app}/releases"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    name = body["$ref"].rpartition("/")[2]
    assert set(document["components"]["schemas"][name]["properties"]) == {"digest", "message", "traffic", "grant"}
