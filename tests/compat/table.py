"""All apps of ``apps/`` that are asked. Asked by ``matrix.py``."""

from __future__ import annotations

from tests.compat.case import Case
from tests.compat.library_cases import LIBRARIES
from tests.compat.web_cases import WEB

CASES: tuple[Case, ...] = (*WEB, *LIBRARIES)
