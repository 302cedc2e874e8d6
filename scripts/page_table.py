"""A table of a page of the docs that is written from code: used by ``bounds_table.py``, ``limits_table.py`` and
``variables_table.py``."""

from __future__ import annotations

import re
from collections.abc import Iterable


def with_rows(page: str, head: str, rows: Iterable[str]) -> str:
    """The page with the table under ``head`` replaced by these rows, each a whole line."""
    before, _, rest = page.partition(head)
    after = re.sub(r"\A(\|.*\n)*", "", rest)
    return before + head + "".join(rows) + after
