"""Where a module will be found once the app is deployed: the machine's ``Locator``, for a folder not yet packed.

What requirements bring into the bundle is given by name; all that an app lists is taken as granted, as it is before its
release starts. Asked by ``imports.py``, ``shown.py`` and ``entry.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from vaas.core.policy import Policy
from vaas.core.virtual.import_decision import granted
from vaas.core.virtual.locate import Locator, importable
from vaas.core.virtual.search_path import VENDOR, SearchPath, path_by_code
from vaas.core.virtual.source import FolderSource, Source
from vaas.core.virtual.stdlib.tables import SAFE


class Planned(Locator):
    def __init__(self, folder: str, policy: Policy, bundled: Iterable[str], replaced: Iterable[str]) -> None:
        listed, vendor = path_by_code(folder), os.path.join(folder, VENDOR)
        super().__init__(policy, FolderSource(folder, SearchPath(folder, lambda: listed)), vendor, replaced)
        self._bundled = frozenset(bundled)

    def own(self, name: str) -> Source | None:
        """As on a server, which has nothing installed of what a developer's machine has (this app itself, perhaps)."""
        source, top = self._source.find(name), name.partition(".")[0]
        if source is None or not source.late:
            return source
        return None if top in sys.stdlib_module_names or self.bundled(top) else source

    def bundled(self, name: str) -> bool:
        return name not in SAFE and (name.partition(".")[0] in self._bundled or super().bundled(name))

    def is_missing(self, name: str) -> bool:
        """Whether a module that the policy lets through will not be there: neither in the bundle nor in Python.

        What this Python has besides is the server's only where the app asks for it by ``[permissions] modules``."""
        top = name.partition(".")[0]
        if self.own(top) is not None:
            return self.own(name) is None
        if top in sys.stdlib_module_names or self.bundled(top):
            return False
        return not (granted(name, self._policy) and importable(top))

    def _is_listed(self, name: str) -> bool:
        return True
