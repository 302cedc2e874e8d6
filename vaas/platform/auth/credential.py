"""What a credential of the platform looks like, and where one may stand in a request: the one place that decides it.

Who accepts asks ``authorization_of``, ``bearer`` and ``parse`` (``auth/tokens.py``, ``control/auth_middleware.py``,
``gateway/asgi_path.py``); who strips asks ``visible``, ``redacted`` and ``without_tokens`` (``gateway/protocol.py``,
``gateway/asgi_path.py``). Whatever is accepted contains the whole text of a token; whatever contains the whole text of
a token is stripped. So nothing that opens the platform reaches an app. Pure.
"""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Iterable
from typing import NamedTuple

Header = tuple[bytes, bytes]

PREFIX = "vaas_"
MARK = PREFIX.encode()
"""Without it there is no token in a header. To be asked for by ``find``: ``in`` takes twice as long for bytes."""
TOKEN_HEADER = b"x-vaas-token"
"""A token alone, for who needs ``Authorization`` for the app."""
AUTHORIZATIONS = frozenset({b"authorization", b"proxy-authorization"})
NAMES = AUTHORIZATIONS | {TOKEN_HEADER}
"""Headers that are nothing but a credential: with a token in it, an app sees nothing of such a header."""
KNOWN = "vaas.known"
"""Stands in the ASGI scope of a request to the API whose caller has a token (``control/auth_middleware.py``)."""
REDACTED = b"vaas_redacted"
"""What stands for a token elsewhere. Something must: ``/ad<token>min`` is no ``/admin``."""

_ID, _SECRET = "[0-9a-f]{12}", "[A-Za-z0-9_-]{43}"
_SHAPE = re.compile(f"{PREFIX}({_ID})_({_SECRET})")
SHORTEST = len(PREFIX) + 12 + 1 + 43
"""Bytes of a token; nothing shorter contains one."""

_TOKEN = re.compile(f"{PREFIX}{_ID}_{_SECRET}[A-Za-z0-9_-]*".encode())
"""A token and what cannot be told from its end: two that overlap go together."""
_BEARER = re.compile(rb"\s*bearer\s+vaas_", re.IGNORECASE)
"""Meant for the platform, even if it is no whole token."""


def _in_url(characters: str) -> str:
    """A pattern for one of these characters, percent-encoded or not (RFC 3986, 2.1)."""
    encoded = "|".join(f"{ord(character):02x}" for character in characters)
    return f"(?:[{re.escape(characters)}]|%(?i:{encoded}))"


_WORD = _in_url(string.ascii_letters + string.digits + "_-")
_TOKEN_IN_URL = re.compile(
    "".join([*map(_in_url, PREFIX), _in_url(string.hexdigits[:16]), "{12}", _in_url("_"), _WORD, "{43,}"]).encode()
)


class Credential(NamedTuple):
    id: str
    secret: str

    def __str__(self) -> str:
        return f"{PREFIX}{self.id}_{self.secret}"


# --- who accepts


def parse(text: str) -> Credential | None:
    """A token's two parts; None for what is no token."""
    shape = _SHAPE.fullmatch(text)
    return None if shape is None else Credential(*shape.groups())


def bearer(authorization: str | None) -> str | None:
    """What follows the scheme *Bearer* in an ``Authorization``; None for another scheme."""
    scheme, _, text = (authorization or "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def authorization_of(headers: Iterable[Header]) -> str | None:
    """The ``Authorization`` of a request. Two of them count as none: a proxy in front may have looked at the other."""
    given = [value for name, value in headers if name.lower() == b"authorization"]
    return given[0].decode("latin-1") if len(given) == 1 else None


def token_in(headers: Iterable[Header]) -> str:
    """The token that a request to an app carries: ``X-Vaas-Token``, else ``Authorization``; empty if there is none."""
    headers = list(headers)
    own = next((value.decode("latin-1") for name, value in headers if name == TOKEN_HEADER), "")
    return own or bearer(authorization_of(headers)) or ""


# --- who strips


def visible(name: bytes, value: bytes) -> bytes | None:
    """What an app may see of a header (``name`` in lower case): its value, in which ``REDACTED`` stands for tokens;
    None: no part of the header."""
    if value.find(MARK) < 0:
        hidden = name == TOKEN_HEADER or (value[:5].lower() == b"basic" and name in NAMES and _in_basic(value[5:]))
        return None if hidden else value
    if name in NAMES:
        return None if name == TOKEN_HEADER or _BEARER.match(value) or _TOKEN.search(value) else value
    return redacted(value)


def redacted(value: bytes) -> bytes:
    """Another header's value: ``REDACTED`` stands for tokens."""
    return _TOKEN.sub(REDACTED, value)


def without_tokens(url: bytes) -> bytes:
    """A path and query as an app may see them: ``REDACTED`` stands for a token, percent-encoded or not."""
    return _TOKEN_IN_URL.sub(REDACTED, url)


def _in_basic(text: bytes) -> bool:
    """Whether a user or a password is a token: decoded as leniently as any app may do it."""
    text = text.translate(_URL_SAFE, _NOT_BASE64)
    return _TOKEN.search(binascii.a2b_base64(text + b"A" * (-len(text) % 4))) is not None  # A: bits of zero


_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_NOT_BASE64 = bytes(set(range(256)) - {*(string.ascii_letters + string.digits + "+/-_").encode()})
"""What most decoders pass over, and the padding."""
