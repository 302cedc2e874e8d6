"""``[project] requires-python``: which versions of Python an app bears, read as installers read it. Pure.

Checked where a release is made (``platform/control/contents.py``), since it is the platform's Python that counts.
"""

from __future__ import annotations

import platform

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from vaas.core.errors import InvalidInput

MAX = 256
"""Characters of one at most: the longest in use have some 40."""


class PythonUnfit(InvalidInput):
    """The app requires Python {required} (`requires-python` in pyproject.toml), and this platform runs {here}. Change
    the one, or deploy to a platform that has the other."""


def is_valid(required: str) -> bool:
    if len(required) > MAX:
        return False
    try:
        SpecifierSet(required)
    except InvalidSpecifier:
        return False
    return True


def check_python(required: str) -> None:
    """``required`` is valid. Raises ``PythonUnfit`` where this Python is none that it allows."""
    here = platform.python_version()
    if not SpecifierSet(required).contains(here, prereleases=True):
        raise PythonUnfit(required=required, here=here)
