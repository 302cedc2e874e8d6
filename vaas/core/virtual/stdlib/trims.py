"""What restricted code sees of each safe module: a table, and the maker of facades.

A module not named here is shown whole: its public names, without modules and metaclasses, tables copied. ``only``
names what is shown; ``also`` what is shown besides; ``drop`` what is not, for the reason beside it; ``add`` a file of
this folder with our versions.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vaas.core.virtual.stdlib.facades.base import Facade, is_shareable, own_names, present, public_names, showable
from vaas.core.virtual.stdlib.patches.caches import mend
from vaas.core.virtual.stdlib.patches.freezing import freeze
from vaas.core.virtual.stdlib.safe_modules import SAFE

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine


@dataclass(frozen=True, slots=True)
class Trim:
    only: str = ""
    also: str = ""
    drop: str = ""
    add: str = ""


TRIMS: dict[str, Trim] = {
    "_thread": Trim(only="get_ident allocate_lock RLock"),
    "abc": Trim(only="ABC", add="safe_abc"),
    "array": Trim(only="-", add="safe_array"),
    "ast": Trim(only="literal_eval"),  # the rest reads attributes by names that nodes list
    "asyncio": Trim(
        # No loop, transport, stream or subprocess, and no look at other people's tasks.
        only="""sleep timeout timeout_at TaskGroup Queue PriorityQueue LifoQueue QueueEmpty QueueFull QueueShutDown
        Event Lock Semaphore BoundedSemaphore Condition Barrier BrokenBarrierError current_task to_thread iscoroutine
        iscoroutinefunction isfuture CancelledError TimeoutError InvalidStateError FIRST_COMPLETED FIRST_EXCEPTION
        ALL_COMPLETED""",
        add="safe_asyncio",
    ),
    "bz2": Trim(only="compress decompress BZ2Compressor BZ2Decompressor"),  # the rest opens files
    "calendar": Trim(drop="LocaleTextCalendar LocaleHTMLCalendar"),  # they set the locale of the process for a while
    "codecs": Trim(only="encode decode BOM_UTF8 BOM_UTF16 BOM_UTF16_LE BOM_UTF16_BE BOM_UTF32"),
    "collections": Trim(drop="UserString"),  # formats like a string and is none
    "concurrent": Trim(only="-"),
    "concurrent.futures": Trim(
        only="""Future ThreadPoolExecutor Executor as_completed wait CancelledError TimeoutError BrokenExecutor
        FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED"""
    ),
    "contextvars": Trim(only="ContextVar Token"),  # a fresh Context would lose whose request it is
    "copy": Trim(only="Error", add="safe_copy"),
    "dataclasses": Trim(drop="make_dataclass dataclass asdict astuple", add="safe_dataclasses"),
    "decimal": Trim(drop="DefaultContext BasicContext ExtendedContext"),  # shared and changeable
    "email.utils": Trim(drop="make_msgid"),  # tells the host's name
    "enum": Trim(drop="global_enum global_enum_repr global_flag_repr global_str"),  # writes into modules by name
    "functools": Trim(
        drop="update_wrapper wraps singledispatch singledispatchmethod total_ordering",
        add="safe_functools",
    ),
    "gzip": Trim(only="compress decompress BadGzipFile"),
    "hashlib": Trim(also="scrypt"),
    "importlib.metadata": Trim(only="version PackageNotFoundError"),
    "inspect": Trim(
        only="""isclass ismodule isfunction ismethod isbuiltin isroutine isgenerator isgeneratorfunction iscoroutine
        iscoroutinefunction isawaitable isasyncgen isasyncgenfunction isabstract isdatadescriptor ismethoddescriptor
        cleandoc getdoc Parameter Signature BoundArguments""",
        add="safe_inspect",
    ),
    "getopt": Trim(only="getopt gnu_getopt GetoptError error"),
    "json.encoder": Trim(drop="c_make_encoder"),  # a piece of the encoder, which trusts what it is made of
    "locale": Trim(only="format_string currency str atof atoi localeconv getlocale LC_ALL LC_NUMERIC LC_MONETARY"),
    "lzma": Trim(only="compress decompress LZMACompressor LZMADecompressor LZMAError"),
    "mimetypes": Trim(only="guess_type guess_extension guess_all_extensions types_map common_types"),
    "operator": Trim(drop="attrgetter methodcaller", add="safe_operator"),
    "platform": Trim(only="python_version python_version_tuple python_implementation"),
    "re": Trim(add="safe_re"),
    "reprlib": Trim(drop="aRepr"),
    "string": Trim(drop="Formatter Template"),  # read attributes by names in text
    "threading": Trim(
        only="Lock RLock Condition Event Semaphore BoundedSemaphore Barrier BrokenBarrierError local get_ident",
        add="safe_threading",
    ),
    "time": Trim(drop="tzset clock_settime clock_settime_ns pthread_getcpuclockid"),
    "traceback": Trim(only="-", add="safe_traceback"),
    "types": Trim(
        only="""SimpleNamespace MappingProxyType GenericAlias UnionType NoneType NotImplementedType EllipsisType
        MethodType GeneratorType CoroutineType AsyncGeneratorType DynamicClassAttribute"""
    ),
    "urllib": Trim(only="-"),
    "uuid": Trim(
        only="UUID SafeUUID uuid3 uuid4 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID NAMESPACE_X500"
    ),  # uuid1 and getnode start a program and tell the hardware address
    "weakref": Trim(
        only="ref WeakKeyDictionary WeakValueDictionary WeakSet finalize ReferenceType", add="safe_weakref"
    ),  # no proxy
    "xml": Trim(only="-"),
    "xml.etree": Trim(only="-"),
    "xml.etree.ElementTree": Trim(
        only="Element SubElement Comment ProcessingInstruction QName XML XMLID XMLParser TreeBuilder XMLPullParser "
        "fromstring fromstringlist tostring tostringlist indent iselement ParseError register_namespace"
    ),  # the rest opens files
    "xml.sax": Trim(only="-"),
    "xml.sax.saxutils": Trim(only="escape unescape quoteattr"),
    "zoneinfo": Trim(only="ZoneInfo ZoneInfoNotFoundError available_timezones"),
}


@cache
def names_of(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is shown of a safe module, by the table: what machines share, and what each has a copy of."""
    real, trim = importlib.import_module(name), TRIMS.get(name, Trim())
    shown = _chosen(real, trim)
    freeze(name, shown.values())
    mend(name)
    if trim.add:
        shown |= importlib.import_module(f"vaas.core.virtual.stdlib.facades.{trim.add}").NAMES
    shared = {name: it for name, it in shown.items() if is_shareable(it)}
    present(shared.values())
    return shared, {name: it for name, it in shown.items() if name not in shared}


def trimmed(machine: Machine, name: str, **own: Any) -> ModuleType:
    """One machine's facade of a safe module, by the table. ``own``: names that hold something of the app."""

    def submodule(last: str) -> Any:
        """``collections.abc`` after ``import collections``, as Python has it when something imported it."""
        full = f"{name}.{last}"
        return machine.load(full) if full in SAFE and full in sys.modules else None

    shared, copied = names_of(name)
    return Facade(name, {**own_names(copied), **own}, missing=submodule, shared=shared)


def _chosen(real: ModuleType, trim: Trim) -> dict[str, Any]:
    if trim.only:
        names = [name for name in trim.only.split() if hasattr(real, name)]
        return {name: getattr(real, name) for name in names if showable(name, getattr(real, name))}
    dropped = trim.drop.split()
    shown = {name: value for name, value in public_names(real).items() if name not in dropped}
    return shown | {name: getattr(real, name) for name in trim.also.split() if hasattr(real, name)}
