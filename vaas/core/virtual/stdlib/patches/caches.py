"""What library functions keep of earlier calls is found again by plain keys alone.

They ask a key whether it equals another, and a subclass of ``str`` or ``int`` may say what it likes: an app that parses
a network with a mask that says it equals "24" would change "/24" for the whole process. So, in the process of a
restricted app, keys become plain before they are asked. One function for each library module, named by its row of the
registry; ``struct`` and ``zoneinfo``, which are written in C, are in ``core/virtual/stdlib/facades/own_state.py``."""

from __future__ import annotations

import enum
import importlib
from collections.abc import Callable
from types import FunctionType
from typing import Any

from vaas.core.restrict.ownership import mark_of
from vaas.core.restrict.plain import PLAIN, plain


class Cache(dict[Any, Any]):
    """A dict whose keys become plain."""

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(plain(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(plain(key), value)

    def __contains__(self, key: Any) -> bool:
        return super().__contains__(plain(key))

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(plain(key), default)


def _by_plain(module: str, function: str) -> None:
    """Has the function called with plain arguments."""
    space = vars(importlib.import_module(module))
    if function in space:  # some have it from Python 3.12 on
        space[function] = _Plainly(space[function])


class _Plainly:
    def __init__(self, real: Callable[..., Any]) -> None:
        self._real = real
        self.cache_clear = getattr(real, "cache_clear", None)

    def __call__(self, *args: Any) -> Any:
        return self._real(*[it if type(it) in PLAIN else plain(it) for it in args])


def _cached(space: Any, name: str) -> None:
    setattr(space, name, Cache(getattr(space, name)))


def arm_patterns() -> None:
    _by_plain("re", "_compile")
    flags = importlib.import_module("re").RegexFlag
    if "_missing_" not in vars(flags):
        type.__setattr__(flags, "_missing_", classmethod(_known_flag))


def _known_flag(cls: Any, value: Any) -> Any:
    """A combination is a new member, kept by its value: which shall be a plain one."""
    number = plain(value)
    known = cls._value2member_map_.get(number)
    return enum.Flag._missing_.__func__(cls, number) if known is None else known  # type: ignore[attr-defined]


def arm_networks() -> None:
    ipaddress = importlib.import_module("ipaddress")
    for kind in (ipaddress._BaseV4, ipaddress._BaseV6):
        _cached(kind, "_netmask_cache")
    for kind in (it for it in vars(ipaddress).values() if isinstance(it, type)):
        for name, it in list(vars(kind).items()):
            if isinstance(it, property) and hasattr(it.fget, "cache_clear"):  # is_private, kept by the address
                type.__setattr__(kind, name, property(_unless_own(it.fget), doc=it.__doc__))


def _unless_own(cached: Any) -> Callable[[Any], Any]:
    return lambda address: cached(address) if mark_of(type(address)) is None else cached.__wrapped__(address)


def arm_dates() -> None:
    _cached(importlib.import_module("_strptime"), "_regex_cache")


def arm_fractions() -> None:
    _by_plain("fractions", "_hash_algorithm")


def arm_quoters() -> None:
    _by_plain("urllib.parse", "_byte_quoter_factory")


def arm_element_paths() -> None:
    _cached(importlib.import_module("xml.etree.ElementPath"), "_cache")


def arm_aliases() -> None:
    """``List[x]`` is kept by ``x``: where an app made the class of that, and so its ``__eq__``, nothing is kept."""
    typing = importlib.import_module("typing")
    kept = getattr(typing, "_caches", {})  # by function, from Python 3.12 on
    kept.update({function: _Unkept.of(cached) for function, cached in kept.items()})
    holders = [it for it in vars(typing).values() if isinstance(it, type) and it.__module__ == "typing"]
    functions = [it for holder in holders for it in vars(holder).values()]
    functions += [getattr(it, "_getitem", None) for it in vars(typing).values()]
    for function in functions:
        function = getattr(function, "__func__", function)
        if isinstance(function, FunctionType) and "cached" in function.__code__.co_freevars:
            cell = (function.__closure__ or ())[function.__code__.co_freevars.index("cached")]
            cell.cell_contents = _Unkept.of(cell.cell_contents)


class _Unkept:
    """A cached function that refuses keys of an app's, as it refuses those without a hash."""

    def __init__(self, cached: Callable[..., Any]) -> None:
        self._cached = cached

    @classmethod
    def of(cls, cached: Any) -> _Unkept:
        return cached if isinstance(cached, _Unkept) else cls(cached)

    def __call__(self, *args: Any, **options: Any) -> Any:
        if _may_lie(args):
            raise TypeError("not kept")
        return self._cached(*args, **options)


def _may_lie(value: Any) -> bool:
    if type(value) in (tuple, list):
        return any(_may_lie(it) for it in value)
    return mark_of(type(value)) is not None
