"""Methods of library classes that do something by ``self.__class__``, or set attributes of ``self``: for that class's
instances alone.

``Counter.copy(x)`` is ``x.__class__(x)``, and of a class that is ``type`` itself; ``Message.set_unixfrom(C, …)`` sets
an attribute of a library's class. An app may take any function from a class that a facade shows and call it with any
object, so these few ask first. The table was made by looking for both in every public method of every class that is
shown (``tests/core/restrict/test_unbound.py`` looks again for the first). Asked by ``facades/base.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

TABLE: dict[str, str] = {
    "_markupbase.ParserBase": "reset",
    "_weakrefset.WeakSet": "copy intersection union difference symmetric_difference",
    "calendar.Calendar": "setfirstweekday",
    "collections.ChainMap": "copy new_child parents",
    "collections.Counter": "copy",
    "collections.UserDict": "copy",
    "collections.UserList": "copy",
    "contextlib.ExitStack": "pop_all",
    "contextlib.AsyncExitStack": "pop_all",
    "contextlib._BaseExitStack": "pop_all",
    "difflib.SequenceMatcher": "set_seq1 set_seq2",
    "email._policybase._PolicyBase": "clone",
    "email.headerregistry.BaseHeader": "init",
    "email.headerregistry.ContentTransferEncodingHeader": "init",
    "email.headerregistry.DateHeader": "init",
    "email.headerregistry.MIMEVersionHeader": "init",
    "email.message.MIMEPart": "clear clear_content",
    "email.message.Message": "set_default_type set_unixfrom",
    "hmac.HMAC": "copy",
    "html.parser.HTMLParser": "clear_cdata_mode reset set_cdata_mode",
    "inspect.Parameter": "replace",
    "inspect.Signature": "replace",
    "ipaddress._BaseNetwork": "address_exclude subnets supernet",
    "pathlib.PurePath": "with_segments",
    "pathlib._local.PurePath": "with_segments",
    "pathlib._abc.PurePathBase": "with_segments",
    "types.DynamicClassAttribute": "deleter getter setter",
}
_done: set[type] = set()


def bind(shown: object) -> None:
    """Mends the methods of a class that a facade shows, and of its bases. Safe to repeat."""
    if not isinstance(shown, type):
        return
    for cls in shown.__mro__:
        if cls not in _done:
            _done.add(cls)
            for name in TABLE.get(f"{cls.__module__}.{cls.__qualname__}", "").split():
                if name in vars(cls):
                    setattr(cls, name, _checked(cls, vars(cls)[name]))


def _checked(cls: type, method: Any) -> Any:
    if isinstance(method, property) and isinstance(method.fget, FunctionType):
        return property(_function(cls, method.fget), doc=method.__doc__)
    return _function(cls, method) if isinstance(method, FunctionType) else method


def _function(cls: type, function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **named: Any) -> Any:
        if cls not in type(self).__mro__:
            raise TypeError(f"{function.__qualname__} is for instances of {cls.__name__}, not {type(self).__name__}")
        return function(self, *args, **named)

    # Not by functools.wraps: its __wrapped__ would lead to the function behind.
    method.__name__, method.__qualname__, method.__doc__ = function.__name__, function.__qualname__, function.__doc__
    method.__module__ = function.__module__
    return method
