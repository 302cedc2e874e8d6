"""Leaving: what a removed app has on this node beside its pools, and that it goes. Used by ``perform.py``.

Beside what the plan lists there may be a log, a uid, an empty folder: of an app that was removed while this node was
down, or of which a node that was killed had cleared up one half.
"""

from __future__ import annotations

import asyncio
import logging

from vaas.platform.reconciler.steps import Forget
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records.snapshot import AppRecords

log = logging.getLogger(__name__)


class Leaving:
    def __init__(self, name: str, tools: Tools) -> None:
        self._name, self._tools = name, tools
        self._left = False
        """Whether all that a removed app had here has gone."""
        self.seen = False
        """Whether there has been an app of that name since this node started."""

    def traces(self, records: AppRecords | None) -> bool:
        """Whether a removed app has left anything. Looked for only if there is none, and once."""
        if records is not None and records.app is not None:
            self.seen, self._left = True, False
            return False
        return not self._left and (self._tools.folders.traces(self._name) or self._name in self._tools.logged())

    async def forget(self, step: Forget) -> None:
        # The folders last: until they have gone, all of this is done again after a restart.
        await self._tools.forget_counts(self._name)
        await self._tools.forget_logs(self._name)
        remove = self._tools.folders.remove_app
        await asyncio.to_thread(remove, self._name, keep_data=step.keep_data, kept_as=step.kept_as)
        self._left = True
        if step.keep_data and step.kept_as is None:
            log.warning("no record says that %s was removed, so what it had stored is kept for a while", self._name)
