"""What a client may send of a request, and why the rest is not read: for gateway and console alike. Pure.

Raised in the callbacks of the parser, by ``protocol.py`` and ``console.py``; ``framing.py`` catches it and has it told
to the client. How a head is made anew for which another protocol was asked stands here, too."""

from __future__ import annotations

from collections.abc import Iterable

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from vaas.platform.gateway.asked_host import is_clear

Headers = Iterable[tuple[bytes, bytes]]

MAX_HEAD = 64 * 1024
"""Bytes of URL and headers together; beyond: 431. nginx allows 32 KiB, Apache 8 KiB a line."""
MAX_LINES = 1000
"""Headers of one request; Node.js takes 2000, Apache and gunicorn 100."""
MAX_FRAMING = 16 * 1024
"""Bytes of chunk extensions and trailers beyond what a body in chunks needs: as Node.js and Go allow."""
FRAMING = 8
"""Bytes of framing for each byte of a body: one chunk of one byte needs five."""
VERSIONS = ("1.1", "1.0")
_NO_VERSION = ("Invalid HTTP version", "Invalid major version", "Invalid minor version", "Expected dot", "Pause on PRI")
"""Beginnings of what the parser says of versions that it does not know, and of the preface of HTTP/2."""


class InputRefused(Exception):
    """The status, the code and the words that the client is answered; then the connection ends."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class OtherUpgrade(Exception):
    """The head is complete, and asks for a protocol that is not spoken: it is to be read without that."""


def head_too_large() -> InputRefused:
    detail = f"URL and headers are larger than {MAX_HEAD} bytes together, or more than {MAX_LINES}."
    return InputRefused(431, "head-too-large", detail)


def framing_too_large() -> InputRefused:
    return InputRefused(431, "head-too-large", f"Chunk extensions and trailers are larger than {MAX_FRAMING} bytes.")


def bad_request(why: str) -> InputRefused:
    return InputRefused(400, "bad-request", f"Invalid HTTP request received. {why}")


def refused_by(error: HttpParserError) -> InputRefused:
    """What is told of an error of the parser, or of what a callback has raised."""
    if isinstance(error.__context__, InputRefused):
        return error.__context__
    if str(error).startswith(_NO_VERSION):
        return version_unknown()
    return bad_request("It does not keep to HTTP/1.1.")


def version_unknown() -> InputRefused:
    return InputRefused(505, "version-not-supported", "HTTP/1.1 and HTTP/1.0 are spoken here.")


def no_tunnel() -> InputRefused:
    return InputRefused(501, "no-tunnels", "This is no proxy: CONNECT has no meaning here.")


def check_head(version: str, host: bytes, lines: int) -> None:
    """``host``: what the last of so many lines of ``Host`` says. Raises ``InputRefused``."""
    if version not in VERSIONS:
        raise version_unknown()
    if not is_clear(host, lines, version):
        raise bad_request("It needs one Host, and one that can be a host.")


def without_upgrade(method: bytes, url: bytes, version: str, headers: Headers) -> bytes:
    """The head again, asking for no other protocol (RFC 9110, 7.8: a server may ignore that it was asked)."""
    lines = [b"%b: %b\r\n" % (name, value) for name, value in headers if name != b"upgrade"]
    return b"%b %b HTTP/%b\r\n%b\r\n" % (method, url, version.encode(), b"".join(lines))


def behind_upgrade(piece: bytes) -> bytes:
    """What comes behind the head in which another protocol is asked for, if the piece begins with a request; nothing of
    one that begins within a head, and so ends with it."""
    try:
        HttpRequestParser(object()).feed_data(piece)
    except HttpParserUpgrade as upgrade:
        return piece[upgrade.args[0] :]
    except HttpParserError:
        pass
    return b""
