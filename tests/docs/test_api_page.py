"""The page of the API has the addresses that openapi.json has."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from vaas.framework.endpoints.openapi import openapi
from vaas.platform.control.endpoints.api import Api


def test_it_has_every_address_once():
    shown = re.findall(r"^\| `([A-Z]+ /\S+)` \|", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
    described = [f"{method.upper()} {path}" for path, methods in openapi(Api)["paths"].items() for method in methods]
    assert sorted(shown) == sorted(described)
