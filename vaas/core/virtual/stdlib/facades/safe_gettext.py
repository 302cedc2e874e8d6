"""``gettext`` for restricted code: catalogues from the machine's folders, and domains of the machine's own.

The real classes install themselves into the built-ins of the process, so these have their methods and not their bases.
"""

from __future__ import annotations

import gettext as real
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

from vaas.core.virtual.files import exact_path
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView

_LANGUAGES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_LOOKING = ("gettext", "ngettext", "pgettext", "npgettext")


def _methods(cls: type) -> dict[str, Any]:
    return {name: it for name, it in vars(cls).items() if isinstance(it, FunctionType) and name != "install"}


NullTranslations: Any = type("NullTranslations", (), _methods(real.NullTranslations))
GNUTranslations: Any = type(
    "GNUTranslations",
    (NullTranslations,),
    {
        **_methods(real.GNUTranslations),
        **{name: it for name, it in vars(real.GNUTranslations).items() if isinstance(it, (int, tuple))},
    },
)


class Catalogues:
    """What ``gettext`` keeps, for one machine."""

    def __init__(self, machine: MachineView) -> None:
        self._machine, self._path = machine, machine.load("os.path")
        self._domain = "messages"
        self._folders: dict[str, Any] = {}
        self._read: dict[tuple[Any, str], Any] = {}

    def textdomain(self, domain: str | None = None) -> str:
        self._domain = self._domain if domain is None else domain
        return self._domain

    def bindtextdomain(self, domain: str, localedir: Any = None) -> Any:
        if localedir is not None:
            self._folders[domain] = localedir
        return self._folders.get(domain, "/app/locale")

    def find(
        self, domain: str, localedir: Any = None, languages: Iterable[str] | None = None, all: bool = False
    ) -> Any:
        """The paths of the catalogues of that domain, or the first of them."""
        path: Any = self._path
        folder = exact_path(localedir or self.bindtextdomain(domain))
        said = languages or next((v for k in _LANGUAGES if (v := self._machine.environ.get(k))), "").split(":")
        names = [each for it in said for each in real._expand_lang(it) if it]  # type: ignore[attr-defined]
        files = [path.join(folder, name, "LC_MESSAGES", f"{domain}.mo") for name in [*names, "C"]]
        found = [it for it in files if path.exists(it)]
        return found if all else next(iter(found), None)

    def translation(
        self, domain: str, localedir: Any = None, languages: Any = None, class_: Any = None, fallback: bool = False
    ) -> Any:
        kind, first = class_ or GNUTranslations, None
        for file in self.find(domain, localedir, languages, all=True):
            if (kind, file) not in self._read:
                with self._machine.open(file, "rb") as opened:
                    self._read[kind, file] = kind(opened)
            if first is None:
                first = self._read[kind, file]
            else:
                first.add_fallback(self._read[kind, file])
        if first is None and not fallback:
            raise FileNotFoundError(2, "No translation file found for domain", domain)
        return NullTranslations() if first is None else first

    def install(self, domain: str, localedir: Any = None, *, names: Iterable[str] | None = None) -> None:
        """``_`` as a built-in name, of this app alone."""
        self._machine.builtins["_"] = self.translation(domain, localedir, fallback=True).gettext

    def look_up(self, method: str, domain: str | None, *args: Any) -> str:
        found = self.translation(self._domain if domain is None else domain, fallback=True)
        return str(getattr(found, method)(*args))


def gettext_(machine: MachineView) -> ModuleType:
    own = Catalogues(machine)

    def looking(method: str) -> dict[str, Any]:
        return {
            method: lambda *args: own.look_up(method, None, *args),
            f"d{method}": lambda domain, *args: own.look_up(method, domain, *args),
        }

    names = ("textdomain", "bindtextdomain", "find", "translation", "install")
    shown = {name: getattr(own, name) for name in names}
    for method in _LOOKING:
        shown |= looking(method)
    return Facade("gettext", {**shown, "NullTranslations": NullTranslations, "GNUTranslations": GNUTranslations})
