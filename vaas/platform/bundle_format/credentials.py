"""Passwords in files that say where packages come from: no bundle has them, since more people may read it than them.

uv finds credentials in the environment, in ``.netrc`` and in keyrings; an address may have ``${NAME}`` in their place.
Used by ``pack.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from vaas.core.errors import InvalidInput

FILES = re.compile(
    r"(?:.*/)?(?:[^/]*(?:requirements|constraints)[^/]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in)"
    r"|pyproject\.toml|uv\.toml|uv\.lock|poetry\.lock|Pipfile|Pipfile\.lock|pip\.conf|\.?pypirc)"
)
ADDRESS = re.compile(r"\bhttps?://([^\s/@'\"<>]+)@", re.IGNORECASE)
HARMLESS = re.compile(r"(?:[^:]*:)?\$\{\w+\}|[A-Za-z_.-]+\d?[A-Za-z_.-]*(?::|:\*+)?")
"""Variables, a mere name (tokens have more digits), and stars that stand for what is not shown."""


class PasswordInBundle(InvalidInput):
    """{file}:{line} has a password or a token in an address, and a bundle has none: more people may read it. Have uv
    find it: by a variable in its place, UV_INDEX_NAME_PASSWORD, or ~/.netrc."""


def check_credentials(files: Mapping[str, Path]) -> None:
    """Raises ``PasswordInBundle`` for the first one that there is. Nothing of it is told."""
    for name in filter(FILES.fullmatch, files):
        for number, line in enumerate(files[name].read_text("utf-8", errors="replace").splitlines(), 1):
            if any(not HARMLESS.fullmatch(found) for found in ADDRESS.findall(line)):
                raise PasswordInBundle(file=name, line=number)
