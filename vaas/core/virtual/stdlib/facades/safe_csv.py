"""``csv`` for restricted code: dialects by name, and the longest field, are the machine's own.

The real ones are the process's. A name becomes its dialect before the real reader or writer sees it. The process's
limit is lifted (``patches/csv_limit.py``), and each machine looks at its own in the rows that come out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.selection import selection
from vaas.core.virtual.stdlib.machine_view import MachineView

LIMIT = 131072
"""Characters in one field, until an app says otherwise: Python's own default."""
_DictReader: Any = csv.DictReader
_DictWriter: Any = csv.DictWriter


class Dialects:
    """One machine's dialects, and its limit."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {name: csv.get_dialect(name) for name in ("excel", "excel-tab", "unix")}
        self._limit = LIMIT

    def register_dialect(self, name: str, dialect: Any = "excel", **options: Any) -> None:
        if not isinstance(name, str):
            raise TypeError("dialect name must be a string")
        self._known[name] = csv.writer(_Nowhere(), self.of(dialect), **options).dialect

    def unregister_dialect(self, name: str) -> None:
        self.get_dialect(name)
        del self._known[name]

    def get_dialect(self, name: str) -> Any:
        if name not in self._known:
            raise csv.Error("unknown dialect")
        return self._known[name]

    def list_dialects(self) -> list[str]:
        return list(self._known)

    def field_size_limit(self, *limit: int) -> int:
        before = self._limit
        if limit:
            if not isinstance(limit[0], int):
                raise TypeError("limit must be an integer")
            self._limit = limit[0]
        return before

    def of(self, dialect: Any) -> Any:
        """The dialect of that name, or the one given."""
        return self.get_dialect(dialect) if isinstance(dialect, str) else dialect

    def reader(self, lines: Iterable[str], /, dialect: Any = "excel", **options: Any) -> Reader:
        return Reader(lines, self.of(dialect), options, self)

    def writer(self, file: Any, /, dialect: Any = "excel", **options: Any) -> Any:
        return csv.writer(file, self.of(dialect), **options)


class Reader:
    """What ``csv.reader`` gives, with the machine's limit."""

    def __init__(self, lines: Iterable[str], dialect: Any, options: dict[str, Any], dialects: Dialects) -> None:
        self._real, self._dialects = csv.reader(lines, dialect, **options), dialects

    @property
    def dialect(self) -> Any:
        return self._real.dialect

    @property
    def line_num(self) -> int:
        return self._real.line_num

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        row = next(self._real)
        limit = self._dialects.field_size_limit()
        if any(isinstance(field, str) and len(field) > limit for field in row):
            raise csv.Error(f"field larger than field limit ({limit})")
        return row


class _Nowhere:
    def write(self, text: str) -> None:
        """What a writer must have."""


def csv_(machine: MachineView) -> ModuleType:
    dialects = Dialects()

    class DictReader(_DictReader):  # type: ignore[misc]
        def __init__(
            self,
            f: Any,
            fieldnames: Any = None,
            restkey: Any = None,
            restval: Any = None,
            dialect: Any = "excel",
            *args: Any,
            **options: Any,
        ) -> None:
            super().__init__((), fieldnames, restkey, restval)
            self.dialect, self.reader = dialect, dialects.reader(f, dialect, *args, **options)

    class DictWriter(_DictWriter):  # type: ignore[misc]
        def __init__(
            self,
            f: Any,
            fieldnames: Any,
            restval: Any = "",
            extrasaction: Any = "raise",
            dialect: Any = "excel",
            *args: Any,
            **options: Any,
        ) -> None:
            super().__init__(f, fieldnames, restval, extrasaction)
            self.writer = dialects.writer(f, dialect, *args, **options)

    names = ("register_dialect", "unregister_dialect", "get_dialect", "list_dialects", "field_size_limit")
    own = {name: getattr(dialects, name) for name in (*names, "reader", "writer")}
    return selection(machine, "csv", **own, DictReader=DictReader, DictWriter=DictWriter)
