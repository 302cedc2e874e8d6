"""``copy`` for restricted code: the real functions, which obey ``core/virtual/copying.py`` in the machine's process."""

from __future__ import annotations

import copy as real

copy, deepcopy = real.copy, real.deepcopy
NAMES = {name: getattr(real, name) for name in ("copy", "deepcopy", "replace") if hasattr(real, name)}
