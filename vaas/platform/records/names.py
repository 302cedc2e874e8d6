"""Names: how what the config store is keyed by may be spelled, one pattern each, and the types that records have of it.

Checked wherever a name comes in: by the types, in what is decoded and before it is stored (``records.py``), and by
``keys.py``, so that no document is written under a name that its readers refuse. The types' patterns end with ``\\Z``:
``$`` would also match before a line feed at the end.
"""

from __future__ import annotations

import re
from typing import Annotated

from msgspec import Meta

from vaas.core.errors import InvalidInput

APP = re.compile(r"[a-z][a-z0-9-]{0,62}")
DIGEST = re.compile(r"[0-9a-f]{64}")
DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""Of a token and of a node."""
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
"""The name of an environment variable."""

MOST = 99_999_999
"""The largest number of a release or a revision: keys have eight digits, so that listings are in order of number."""


def _whole(pattern: re.Pattern[str]) -> Meta:
    return Meta(pattern=rf"\A{pattern.pattern}\Z")


AppName = Annotated[str, _whole(APP)]
Digest = Annotated[str, _whole(DIGEST)]
"""sha256 of a bundle."""
OptionalDigest = Annotated[str, Meta(pattern=rf"\A(?:{DIGEST.pattern})?\Z")]
"""Of a layer; empty: there is none."""
DomainName = Annotated[str, _whole(DOMAIN)]
"""Lower case, ASCII (IDNA), no dot at its end."""
Id = Annotated[str, _whole(ID)]
Variable = Annotated[str, _whole(VARIABLE)]
Value = Annotated[str, Meta(pattern=r"\A[^\0]*\Z")]
"""Of an environment variable."""
Number = Annotated[int, Meta(ge=1, le=MOST)]
"""Of a release, a run, or a revision that is kept."""


class AppNameInvalid(InvalidInput):
    """{name!r} cannot be an app's name. Use lower-case letters, digits and '-', a letter first, 63 characters at
    most."""


class KeyInvalid(InvalidInput):
    """{part!r} names no document of the config store. Check what you have written."""


def is_app_name(text: str) -> bool:
    return APP.fullmatch(text) is not None


def app_name(text: str) -> str:
    """That text. Raises ``AppNameInvalid``."""
    if not is_app_name(text):
        raise AppNameInvalid(name=text)
    return text
