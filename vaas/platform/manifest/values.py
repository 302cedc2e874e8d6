"""What each key of a manifest takes: one table, from key to the function that reads its value. Pure.

A reader takes what TOML gives and returns what the record holds, or raises ``Wrong`` with the reason and the remedy.
``LIMITS`` serves the settings' overrides too. Used by ``reader.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vaas.core import units
from vaas.core.limit_keys import COUNT, LimitKey
from vaas.core.policy import LIMIT_KEYS
from vaas.platform.manifest.variables import refusal
from vaas.platform.records import bounds
from vaas.platform.records.bounds import Bound
from vaas.platform.records.names import APP, VARIABLE

Reader = Callable[[object], Any]

IDENTIFIER = r"[^\W\d]\w*"
DOTTED = rf"{IDENTIFIER}(?:\.{IDENTIFIER})*"
NET = re.compile(r"(?:\w[\w.-]*|\[[\da-f:.]+\]):(\d{1,5})", re.ASCII | re.IGNORECASE)


class Wrong(Exception):
    """A value that a key does not take: why, and what to write instead."""

    def __init__(self, why: str, remedy: str) -> None:
        self.why = why
        self.remedy = remedy
        super().__init__(f"{why}; {remedy}")


def text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f"expected a string, not {kind(value)}", "put it in quotes")
    return value


def boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"expected true or false, not {kind(value)}", "write true or false, without quotes")
    return value


def app_name(value: object) -> str:
    name = text(value)
    if not APP.fullmatch(name):
        why = f"{name!r} cannot be an app's name"
        raise Wrong(why, "use lower-case letters, digits and '-', a letter first, 63 characters at most")
    return name


def entry(value: object) -> str:
    name = label(value)
    if name and not re.fullmatch(rf"{DOTTED}:{DOTTED}(?:\(\))?", name):
        raise Wrong(f"{name!r} is not an entry", f'write "module:name", for example "{_likely_entry(name)}"')
    return name


def one_of(*choices: str) -> Reader:
    def read(value: object) -> str:
        if value not in choices:
            raise Wrong(f"expected one of {', '.join(choices)}, not {value!r}", f'write "{choices[0]}", for example')
        return str(value)

    return read


def label(value: object) -> str:
    if len(found := text(value)) > bounds.LABEL.most:
        raise Wrong(f"it has {len(found)} characters", f"write at most {bounds.LABEL.words}")
    return found


def strings(item: Callable[[str], str], example: str, most: Bound = bounds.LIST) -> Reader:
    """An array of strings, each read by ``item``, without repetitions."""

    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Wrong(f"expected an array of strings, not {kind(value)}", f'write ["{example}"], for example')
        if len(value) > most.most:
            raise Wrong(f"it has {len(value)} entries", f"write at most {most.words}")
        if any(len(each) > bounds.ITEM.most for each in value):
            raise Wrong(f"an entry is longer than {bounds.ITEM.words}", "write shorter ones")
        return tuple(dict.fromkeys(item(each) for each in value))

    return read


def matching(pattern: str, what: str, remedy: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def read(each: str) -> str:
        if not compiled.fullmatch(each):
            raise Wrong(f"{each!r} is not {what}", remedy)
        return each

    return read


def net(each: str) -> str:
    found = NET.fullmatch(each)
    if each != "*" and (found is None or not 1 <= int(found[1]) <= 65535):
        raise Wrong(f"{each!r} is not host:port", 'write "api.example.com:443", or "*" for any')
    return each


def path(each: str) -> str:
    if not each.startswith("/") or "\0" in each or ".." in each.split("/"):
        raise Wrong(f"{each!r} is not an absolute path", 'begin it with "/", and leave out ".."')
    return each


def variable(each: str) -> str:
    if not VARIABLE.fullmatch(each):
        raise Wrong(f"{each!r} is not a variable's name", 'write "API_KEY", for example')
    if reason := refusal(each):
        raise Wrong(f"{each} is given to no app: {reason}", "leave it out")
    return each


def pattern(each: str) -> str:
    if not each.strip("/ ") or "\0" in each or "\n" in each or each.startswith(("!", "#")):
        raise Wrong(f"{each!r} is not a pattern of files", 'write "tests/**" or "*.md", for example')
    return each


def count(least: int, most: int) -> Reader:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong(f"expected a whole number, not {kind(value)}", f"write a number from {least} to {most}")
        if not least <= value <= most:
            raise Wrong(f"{value} is out of range", f"write a number from {least} to {most}")
        return value

    return read


def limit(key: LimitKey) -> Reader:
    """Reads that limit: seconds, bytes or a count, within its bounds."""
    if key.kind is COUNT:
        return count(int(key.least), int(key.most))
    return _quantity(key)


def kind(value: object) -> str:
    """What TOML calls it."""
    names = {str: "a string", bool: "true or false", int: "a number", float: "a number", list: "an array"}
    return f"{names.get(type(value), 'a table' if isinstance(value, dict) else 'a date or time')} ({_short(value)})"


def _quantity(key: LimitKey) -> Reader:
    what, example, parse = key.kind.what, key.kind.example, key.kind.parse

    def read(value: object) -> float:
        if not isinstance(value, str):
            raise Wrong(f"expected {what} with its unit, not {kind(value)}", f'write "{example}", in quotes')
        try:
            found = parse(value)
        except units.UnitInvalid as error:
            raise Wrong(f"{value!r} is not {what}", f"write {error.facts['example']}") from None
        if not key.least <= found <= key.most:
            bounds = f'from "{key.text(key.least)}" to "{key.text(key.most)}"'
            raise Wrong(f"{value} is out of range", f"write something {bounds}")
        return found

    return read


def _likely_entry(name: str) -> str:
    stem = name.removesuffix(".py").replace("/", ".").strip(".")
    return f"{stem}:app" if re.fullmatch(DOTTED, stem) else "app:Hello"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."


GLOBS = strings(pattern, "tests/**")

TOP: Mapping[str, Reader] = {
    "name": app_name,
    "version": label,
    "entry": entry,
    "interface": one_of("auto", "vaas", "asgi", "wsgi"),
    "code": one_of("restricted", "trusted"),
    "include": GLOBS,
    "exclude": GLOBS,
}

PERMISSIONS: Mapping[str, Reader] = {
    "modules": strings(matching(rf"\*|{DOTTED}", "a module's name", 'write "httpx", or "*" for any'), "httpx"),
    "net": strings(net, "api.example.com:443"),
    "read": strings(path, "/srv/shared"),
    "write": strings(path, "/srv/shared"),
    "env": strings(variable, "API_KEY"),
    "rpc": strings(
        matching(rf"{APP.pattern}\.(\*|{IDENTIFIER})", "app.method", 'write "billing.charge" or "billing.*"'),
        "billing.*",
    ),
    "subprocess": boolean,
}

GRANTS: Mapping[str, Reader] = {
    **PERMISSIONS,
    "packages": strings(
        matching(r"\*|[a-z0-9]+(-[a-z0-9]+)*", "a package's name", 'write "flask", or "*" for any'),
        "flask",
        bounds.PACKAGES,
    ),
}
"""What a grant may name: what a manifest asks for, and the packages that its requirements do."""

LIMITS: Mapping[str, Reader] = {name: limit(key) for name, key in LIMIT_KEYS.items()}

HTTP: Mapping[str, Reader] = {"cookies": one_of("app", "as-is")}

TABLES: Mapping[str, Mapping[str, Reader]] = {"permissions": PERMISSIONS, "limits": LIMITS, "http": HTTP}
