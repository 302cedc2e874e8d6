"""What can be wrong with an app as it is written, and with what its handlers return.

The first kind is raised while the app is imported or opened, so that it never gets traffic; the second while it
answers, and its caller sees a 500. What is wrong with a *request* stands in ``framework/http/problems.py``.
"""

from __future__ import annotations

from types import FunctionType

from vaas.core.errors import Conflict, InvalidInput, NotFound, Unavailable, VaasError


class DuplicateRoute(Conflict):
    """{where}: {route} is already answered by {other} at {elsewhere}. Give one of them another path."""


class BadPath(InvalidInput):
    """{where}: the path {path!r} cannot be used: {reason}"""


class BadMethod(InvalidInput):
    """{where}: {method!r} is no HTTP method. Use GET, POST, PUT, PATCH, DELETE, OPTIONS or HEAD."""


class Undecorable(InvalidInput):
    """{where}: @vaas.{decorator} belongs on {wanted}, not on {given}."""


class Unbindable(InvalidInput):
    """{where}: {handler} asks for {name!r}, which cannot be bound: {reason}"""


class NoApp(NotFound):
    """{where} has no class with @vaas.app. Put @vaas.app on one, or name an entry in vaas.toml: entry = "app:Hello"."""


class SeveralApps(Conflict):
    """{where}: there is more than one class with @vaas.app: {names}. Say which in vaas.toml:
    entry = "{module}:{first}"."""


class NotAnApp(InvalidInput):
    """{where}: the entry {entry!r} is {given}: {wanted}. For a function that makes the app write "module:name()"; where
    the guess is wrong write interface = "asgi" or "wsgi" in vaas.toml."""


class CannotStart(InvalidInput):
    """{where}: the app could not start: {reason}"""


class BadAnswer(VaasError):
    """{handler} ({where}) {problem}"""


class CallUnavailable(Unavailable):
    """vaas.call({target!r}): calls between apps are not in this version of vaas. From outside use `vaas call`; inside
    one app call the method itself."""


def where_is(function: object) -> str:
    """``app.py:12``, as the app's author names the place."""
    code = getattr(function, "__code__", None)
    if code is None:
        return str(getattr(function, "__module__", "<app>"))
    return f"{code.co_filename.removeprefix('/app/')}:{code.co_firstlineno}"


def where_is_class(cls: type) -> str:
    """The place of a class's first method: a class itself does not know its line."""
    for value in vars(cls).values():
        if isinstance(value, FunctionType):
            return where_is(value)
    return str(cls.__module__)
