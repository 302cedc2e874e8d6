"""The longest field of ``csv`` is lifted for the process: each app's own limit is looked at in ``safe_csv.py``."""

from __future__ import annotations

import csv
import sys


def arm() -> None:
    csv.field_size_limit(sys.maxsize)
