"""The longest field of ``csv`` has no bound in the process: ``facades/safe_csv.py`` looks at each app's own."""

from __future__ import annotations

import csv
import sys


def arm() -> None:
    csv.field_size_limit(sys.maxsize)
