"""Which endpoint answers: static before patterns, patterns in order, HEAD by GET, 404 and 405."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaas.framework.authoring.routes import Found, Nothing, PathPattern, Routes


def table(*routes: tuple[str, str]) -> Routes[str]:
    made: Routes[str] = Routes()
    for method, path in routes:
        assert made.add(method, PathPattern(path), f"{method} {path}") is None
    return made


def test_a_static_path_comes_before_a_pattern_that_was_declared_first() -> None:
    routes = table(("GET", "/users/{id}"), ("GET", "/users/me"))
    assert routes.find("GET", "/users/me") == Found("GET /users/me", {})
    assert routes.find("GET", "/users/you") == Found("GET /users/{id}", {"id": "you"})


@given(st.text(st.sampled_from("a.b*+?|()[]^$\\\n"), min_size=1))
def test_a_path_without_parameters_matches_itself_alone(other: str) -> None:
    pattern = PathPattern("/a.b*$")
    assert (pattern.match(f"/{other}") == {}) == (other == "a.b*$")


def test_patterns_are_tried_in_the_order_of_their_declaration() -> None:
    routes = table(("GET", "/{a}/x"), ("GET", "/y/{b}"))
    assert routes.find("GET", "/y/x") == Found("GET /{a}/x", {"a": "y"})


def test_a_pattern_with_another_method_is_passed_over() -> None:
    routes = table(("POST", "/{a}"), ("GET", "/{b:path}"))
    assert routes.find("GET", "/z") == Found("GET /{b:path}", {"b": "z"})


def test_parameters_are_converted() -> None:
    routes = table(("GET", "/{n:int}/{rest:path}"))
    assert routes.find("GET", "/7/a/b") == Found("GET /{n:int}/{rest:path}", {"n": 7, "rest": "a/b"})
    assert routes.find("GET", "/x/a") == Nothing(())


def test_head_falls_back_to_get_and_has_its_own_if_declared() -> None:
    routes = table(("GET", "/a"), ("GET", "/b"), ("HEAD", "/b"))
    assert routes.find("HEAD", "/a") == Found("GET /a", {})
    assert routes.find("HEAD", "/b") == Found("HEAD /b", {})


def test_a_path_with_other_methods_names_them_all() -> None:
    routes = table(("GET", "/a"), ("PUT", "/{any}"))
    assert routes.find("DELETE", "/a") == Nothing(("GET", "HEAD", "OPTIONS", "PUT"))
    assert routes.find("GET", "/b") == Nothing(("OPTIONS", "PUT"))


def test_a_websocket_is_no_method() -> None:
    assert table(("WEBSOCKET", "/chat")).find("GET", "/chat") == Nothing(())


def test_a_line_break_after_the_path_is_another_path() -> None:
    assert table(("GET", "/n/{n:int}")).find("GET", "/n/1\n") == Nothing(())


def test_a_number_too_long_for_python_is_not_found() -> None:
    assert table(("GET", "/n/{n:int}")).find("GET", "/n/" + "9" * 5000) == Nothing(())


@given(st.text(alphabet=st.characters(exclude_characters="/\n"), min_size=1))
def test_any_segment_reaches_its_parameter_unchanged(segment: str) -> None:
    assert table(("GET", "/x/{value}")).find("GET", f"/x/{segment}") == Found("GET /x/{value}", {"value": segment})
