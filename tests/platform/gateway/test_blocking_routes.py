"""Which handlers occupy their worker, as the gateway sees it from outside."""

from __future__ import annotations

import pytest
from msgspec import Raw, ValidationError

from vaas.framework.http.wire_heads import AppInfo, encode
from vaas.platform.gateway.blocking_routes import ELSE, BlockingRoutes, understand

ROUTES = [("GET", "/"), ("GET", "/slow"), ("GET", "/users/{id}")]


def test_a_plain_def_of_a_static_path_goes_under_its_own_name():
    routes = BlockingRoutes(AppInfo("vaas", blocking=["GET /slow"], routes=ROUTES))
    assert routes.may_block
    assert routes.handler("GET", "/slow") == "GET /slow"
    assert routes.handler("GET", "/") == ""
    assert routes.handler("POST", "/slow") == ""
    assert routes.handler("GET", "/users/1") == ""


def test_plain_defs_of_paths_with_parameters_go_under_one_name():
    routes = BlockingRoutes(AppInfo("vaas", blocking_else=True, routes=ROUTES))
    assert routes.may_block
    assert routes.handler("GET", "/users/1") == routes.handler("GET", "/users/2") == ELSE
    assert routes.handler("GET", "/slow") == ""


def test_an_app_without_plain_defs_needs_no_question():
    assert not BlockingRoutes(AppInfo("vaas", routes=ROUTES)).may_block


def test_what_an_app_tells_of_itself_is_understood_or_refused():
    assert understand(Raw(encode(AppInfo("wsgi", blocking_else=True)))).may_block
    with pytest.raises(ValidationError):
        understand(Raw(encode(7)))
