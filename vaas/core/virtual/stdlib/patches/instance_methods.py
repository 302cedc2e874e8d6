"""Methods of library classes that do something by ``self.__class__``, or set attributes of ``self``: for that class's
instances alone.

``Counter.copy(x)`` is ``x.__class__(x)``, and of a class that is ``type`` itself; ``Message.set_unixfrom(C, …)`` sets
an attribute of a library's class. An app may take any function from a class that a facade shows and call it with any
object, so these few ask first. The table was made by looking for both in every public method of every class that is
shown (``tests/core/restrict/test_instance_methods.py`` looks again). Asked by ``core/virtual/stdlib/facades/base.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

TABLE: dict[str, str] = {
    "_markupbase.ParserBase": "parse_declaration reset updatepos",
    "_weakrefset.WeakSet": "copy intersection union difference symmetric_difference",
    "asyncio.locks.Barrier": "abort reset",
    "asyncio.locks.Event": "clear set",
    "asyncio.locks.Lock": "acquire release",
    "asyncio.locks.Semaphore": "acquire",
    "asyncio.queues.Queue": "shutdown",
    "calendar.Calendar": "setfirstweekday",
    "collections.ChainMap": "copy new_child parents",
    "collections.Counter": "copy",
    "collections.UserDict": "copy",
    "collections.UserList": "copy",
    "concurrent.futures._base.Future": "cancel set_exception set_result set_running_or_notify_cancel",
    "concurrent.futures.thread.ThreadPoolExecutor": "shutdown",
    "contextlib.AsyncExitStack": "pop_all",
    "contextlib.ExitStack": "pop_all",
    "contextlib._BaseExitStack": "pop_all",
    "difflib.SequenceMatcher": "get_matching_blocks get_opcodes quick_ratio set_seq1 set_seq2",
    "email._policybase._PolicyBase": "clone",
    "email.headerregistry.AddressHeader": "init",
    "email.headerregistry.BaseHeader": "init",
    "email.headerregistry.ContentDispositionHeader": "init",
    "email.headerregistry.ContentTransferEncodingHeader": "init",
    "email.headerregistry.ContentTypeHeader": "init",
    "email.headerregistry.DateHeader": "init",
    "email.headerregistry.MIMEVersionHeader": "init",
    "email.headerregistry.ParameterizedMIMEHeader": "init",
    "email.message.MIMEPart": "clear clear_content",
    "email.message.Message": "attach set_boundary set_charset set_default_type set_payload set_unixfrom",
    "graphlib.TopologicalSorter": "prepare",
    "hmac.HMAC": "copy",
    "html.parser.HTMLParser": "clear_cdata_mode feed goahead parse_starttag reset set_cdata_mode",
    "inspect.BoundArguments": "apply_defaults",
    "inspect.Parameter": "replace",
    "inspect.Signature": "replace",
    "ipaddress._BaseNetwork": "address_exclude subnets supernet",
    "logging.Handler": "close createLock setFormatter setLevel set_name",
    "logging.NullHandler": "createLock",
    "pathlib.PurePath": "with_segments",
    "pathlib._abc.PurePathBase": "with_segments",
    "pathlib._local.PurePath": "with_segments",
    "queue.Queue": "shutdown task_done",
    "random.Random": "gauss seed setstate",
    "threading.Barrier": "reset",
    "threading.Event": "clear set",
    "types.DynamicClassAttribute": "deleter getter setter",
    "vaas.core.virtual.stdlib.facades.log_lines.StreamHandler": "setStream",
    "vaas.core.virtual.stdlib.facades.loggers.Tree": "setLevel",
    "vaas.core.virtual.stdlib.facades.safe_gettext.NullTranslations": "add_fallback",
    "weakref.WeakKeyDictionary": "pop popitem",
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
