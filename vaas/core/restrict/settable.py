"""On which instances of libraries restricted code may set public attributes: those that an app makes to configure them.

Every other instance of a class that apps have unasked may be everybody's: a member of an enumeration, the calendar's
table of days, the interpreter's own facts. What a granted package makes is that package's affair.
Asked by ``guards.py``.
"""

from __future__ import annotations

import sys
from typing import Any

from vaas.core.virtual.stdlib.safe_modules import NEEDS, SAFE
from vaas.core.words import words

SETTABLE: dict[str, str] = {
    **dict.fromkeys(
        words(
            """threading.Thread _thread._local types.SimpleNamespace decimal.Context textwrap.TextWrapper
            calendar.Calendar reprlib.Repr html.parser.HTMLParser json.encoder.JSONEncoder json.decoder.JSONDecoder
            email.message.Message csv.DictReader csv.DictWriter weakref.finalize concurrent.futures._base.Future
            xml.etree.ElementTree.Element queue.Queue queue.SimpleQueue difflib.SequenceMatcher http.cookies.Morsel"""
        ),
        "a new one for everyone who asks, made to be configured",
    ),
    **dict.fromkeys(
        words("logging.Filterer logging.LogRecord logging.LoggerAdapter logging.Filter"),
        "of the machine's own tree",
    ),
    **dict.fromkeys(
        words(
            """collections.OrderedDict collections.Counter collections.defaultdict collections.ChainMap
            collections.UserDict collections.UserList"""
        ),
        "containers; no library hands one out that is its own",
    ),
    "_io._IOBase": "files and streams that the app opened",
}
"""Classes, those derived from them included."""

_TOPS = frozenset(name.partition(".")[0] for name in SAFE)


def may_be_shared(obj: Any) -> bool:
    """Whether somebody else may hold this instance of a library's class."""
    cls = type(obj)
    if issubclass(cls, BaseException) or not _is_unasked(str(cls.__module__)):
        return False
    return not any(f"{base.__module__}.{base.__qualname__}" in SETTABLE for base in cls.__mro__)


def _is_unasked(module: str) -> bool:
    """Whether that module is of the standard library that comes without a grant, or of its inside."""
    top = module.partition(".")[0]
    if module in NEEDS:
        return False
    return top in _TOPS or (top.startswith("_") and top in sys.stdlib_module_names)
