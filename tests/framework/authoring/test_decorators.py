"""What is wrong with an app is said when it is imported, with its file and line."""

from __future__ import annotations

import re
import types
from typing import Any

import pytest

import vaas
from vaas.core.errors import VaasError
from vaas.framework.authoring.collect import endpoints_of, find_app, members_of
from vaas.framework.authoring.decorators import WEBSOCKET, Route, marks_of
from vaas.framework.authoring.errors import (
    BadMethod,
    BadPath,
    DuplicateRoute,
    NoApp,
    SeveralApps,
    Unbindable,
    Undecorable,
)

HERE = re.compile(r"test_decorators\.py:\d+")


def refuse(expected: type[VaasError], **methods: Any) -> str:
    with pytest.raises(expected) as caught:
        vaas.app(type("App", (), methods))
    assert HERE.search(str(caught.value)), caught.value
    return str(caught.value)


def test_a_path_is_the_methods_own_name_unless_one_is_given() -> None:
    class App:
        @vaas.get
        def bare(self) -> None: ...

        @vaas.get()
        def called(self) -> None: ...

        @vaas.get("/given")
        def other(self) -> None: ...

        @vaas.http
        def general(self) -> None: ...

    assert [one.route.path for one in endpoints_of(App)] == ["/bare", "/called", "/given", "/general"]


def test_every_short_form_is_its_method() -> None:
    for name in ("get", "post", "put", "patch", "delete", "options", "head"):

        def handler(self: object) -> None: ...

        assert marks_of(getattr(vaas, name)("/x")(handler)) == (Route((name.upper(),), "/x"),)


def test_the_general_form_takes_one_method_several_or_none() -> None:
    def methods(*arguments: Any) -> tuple[str, ...]:
        def handler(self: object) -> None: ...

        (mark,) = marks_of(vaas.http(*arguments, path="/x")(handler))
        assert isinstance(mark, Route)
        return mark.methods

    assert methods("get") == ("GET",)
    assert methods(["PUT", "patch"]) == ("PUT", "PATCH")
    assert methods() == ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_a_method_may_answer_at_several_paths() -> None:
    class App:
        @vaas.get("/a")
        @vaas.get("/b")
        def both(self) -> None: ...

    assert sorted(one.route.path for one in endpoints_of(App)) == ["/a", "/b"]


def test_a_decorated_method_is_still_the_same_function() -> None:
    def plain(self: object) -> int:
        return 5

    assert vaas.get("/x")(plain) is plain


def test_an_inherited_method_is_an_endpoint_and_an_override_without_decorator_is_none() -> None:
    class Base:
        @vaas.get
        def kept(self) -> None: ...

        @vaas.get
        def hidden(self) -> None: ...

    class App(Base):
        def hidden(self) -> None: ...

    assert [member.name for member in members_of(App)] == ["kept"]


def test_an_unknown_method_is_refused_with_its_line() -> None:
    with pytest.raises(BadMethod, match=r"test_decorators\.py:\d+: 'FETCH' is no HTTP method"):

        @vaas.http("FETCH")
        def handler(self: object) -> None: ...


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("no-slash", 'does not begin with "/"'),
        ("/a b", "no spaces"),
        ("/a\r\nb", "control characters"),
        ("/a?x=1", "`?`"),
        ("/{id:number}", "no convertor 'number'"),
        ("/{id}/{id}", "stands in it twice"),
        ("/{1d}", "not of the form"),
        ("/{id", "braces do not match"),
        ("/id}", "braces do not match"),
    ],
)
def test_a_bad_path_is_refused_with_the_reason(path: str, reason: str) -> None:
    def handler(self: object, req: vaas.Request) -> None: ...

    assert reason in refuse(BadPath, handler=vaas.get(path)(handler))


def test_two_methods_for_one_route_are_refused_naming_both() -> None:
    def one(self: object) -> None: ...
    def two(self: object) -> None: ...

    message = refuse(DuplicateRoute, one=vaas.get("/x")(one), two=vaas.http(["POST", "GET"], "/x")(two))
    assert "GET /x is already answered by App.one" in message
    assert len(HERE.findall(message)) == 2


def test_two_patterns_that_match_the_same_are_duplicates_whatever_their_names() -> None:
    def one(self: object, a: str) -> None: ...
    def two(self: object, b: str) -> None: ...

    refuse(DuplicateRoute, one=vaas.get("/x/{a}")(one), two=vaas.get("/x/{b}")(two))


def test_the_same_path_with_another_method_is_no_duplicate() -> None:
    class App:
        @vaas.get("/x/{a}")
        def one(self, a: str) -> None: ...

        @vaas.delete("/x/{b}")
        def two(self, b: str) -> None: ...

    vaas.app(App)


def test_a_handler_that_takes_anything_is_refused() -> None:
    def handler(self: object, **anything: str) -> None: ...

    assert "**anything" in refuse(Unbindable, handler=vaas.get("/x")(handler))


def test_a_handler_without_self_is_refused() -> None:
    def handler() -> None: ...

    assert "add self" in refuse(Unbindable, handler=vaas.get("/x")(handler))


def test_a_websocket_needs_an_async_method_and_rpc_one_that_returns() -> None:
    def plain(self: object, ws: vaas.WebSocket) -> None: ...

    def generator(self: object) -> Any:
        yield 1

    assert "@vaas.websocket belongs on an `async def` method" in refuse(Undecorable, plain=vaas.websocket("/x")(plain))
    assert "@vaas.rpc belongs on a method that returns" in refuse(Undecorable, generator=vaas.rpc(generator))


def test_a_decorator_on_something_else_than_a_method_is_refused() -> None:
    with pytest.raises(Undecorable, match=r"@vaas\.get belongs on a method"):
        vaas.get("/x")(property(lambda self: None))  # type: ignore[type-var]  # that is the point
    with pytest.raises(Undecorable, match=r"@vaas\.app belongs on a class"):
        vaas.app(lambda: None)  # type: ignore[type-var]  # that is the point


def test_a_websocket_may_share_its_path_with_a_page() -> None:
    @vaas.app
    class App:
        @vaas.get("/chat")
        def page(self) -> None: ...

        @vaas.websocket("/chat")
        async def chat(self, ws: vaas.WebSocket) -> None: ...

    assert [one.route.methods for one in endpoints_of(App)] == [("GET",), (WEBSOCKET,)]


def module_with(source: str) -> types.ModuleType:
    module = types.ModuleType("app")
    module.__file__ = "/app/app.py"
    exec(compile("import vaas\n" + source, "/app/app.py", "exec"), module.__dict__)  # noqa: S102  # our own text
    return module


HELLO = """
@vaas.app
class {name}:
    @vaas.get
    def hello(self): ...
"""


def test_the_one_app_class_of_a_module_is_found() -> None:
    assert find_app(module_with(HELLO.format(name="Hello"))).__name__ == "Hello"


def test_a_class_of_its_own_comes_before_an_imported_one() -> None:
    module = module_with(HELLO.format(name="Own"))
    module.__dict__["Other"] = find_app(module_with(HELLO.format(name="Other")))
    module.__dict__["Other"].__module__ = "elsewhere"
    assert find_app(module).__name__ == "Own"


def test_a_subclass_of_an_app_is_no_app_by_itself() -> None:
    assert find_app(module_with(HELLO.format(name="Hello") + "class More(Hello): ...")).__name__ == "Hello"


def test_a_module_without_an_app_says_what_to_do() -> None:
    with pytest.raises(NoApp, match=r"app\.py has no class with @vaas\.app"):
        find_app(module_with("class Hello: ..."))


def test_two_app_classes_are_named_with_their_lines() -> None:
    with pytest.raises(SeveralApps) as caught:
        find_app(module_with(HELLO.format(name="One") + HELLO.format(name="Two")))
    assert "One at app.py:5" in str(caught.value)
    assert "Two at app.py:10" in str(caught.value)
    assert 'entry = "app:One"' in str(caught.value)
