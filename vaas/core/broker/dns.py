"""DNS, as far as the C library of a host asks: one question for the addresses of a name, and its answer. Pure.

So ``getaddrinfo`` works everywhere in a host, in C code too, without a resolver of its own: the broker is the name
server. Formats: RFC 1035, section 4. Next: ``broker.py``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from vaas.core.broker.grants import Address
from vaas.core.errors import InvalidInput

PORT = 53
LENGTH = struct.Struct("!H")
"""Over TCP each message comes after its length."""

NO_ERROR, SERVER_FAILED, NO_SUCH_NAME = 0, 2, 3
"""What an answer says of itself (RCODE)."""

_HEADER = struct.Struct("!6H")
_KIND = struct.Struct("!2H")
_RECORD = struct.Struct("!3HIH")
_A, _AAAA, _INTERNET = 1, 28, 1
_IS_ANSWER, _RECURSION_WANTED, _RECURSION_OFFERED = 0x8000, 0x0100, 0x0080
_NAME_OF_THE_QUESTION = 0xC00C
"""A pointer to offset 12, where the question begins."""

TIME_TO_LIVE = 5
"""Seconds; the C library keeps no answers, other resolvers do."""
MOST = 32
"""Addresses in one answer."""


class BadQuestion(InvalidInput):
    """That is not a question of DNS: {problem}"""


@dataclass(frozen=True)
class Question:
    id: int
    flags: int
    name: str
    kind: int
    raw: bytes
    """As it stood in the message; an answer repeats it."""


def parse(message: bytes) -> Question:
    """The one question of a message; what follows it is not looked at. Raises ``BadQuestion``."""
    try:
        number, flags, questions, *_ = _HEADER.unpack_from(message)
        name, end = _name(message, _HEADER.size)
        kind, _ = _KIND.unpack_from(message, end)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise BadQuestion(problem=str(error)) from error
    if questions != 1 or flags & _IS_ANSWER:
        raise BadQuestion(problem=f"{questions} questions, flags {flags:#x}")
    return Question(number, flags, name, kind, message[_HEADER.size : end + _KIND.size])


def answer(question: Question, addresses: Iterable[Address] = (), error: int = NO_ERROR) -> bytes:
    """The message that answers it: those addresses that are of the kind asked for."""
    records = [_record(each) for each in addresses if _kind(each) == question.kind][:MOST]
    flags = _IS_ANSWER | _RECURSION_OFFERED | question.flags & _RECURSION_WANTED | error
    header = _HEADER.pack(question.id, flags, 1, len(records), 0, 0)
    return header + question.raw + b"".join(records)


def _name(message: bytes, at: int) -> tuple[str, int]:
    """The name that begins there, and where it ends. A question has nothing before it to point at."""
    labels: list[str] = []
    while size := message[at]:
        if size > 63 or at + size >= len(message):
            raise BadQuestion(problem="a part of the name is longer than 63")
        labels.append(message[at + 1 : at + 1 + size].decode("ascii").lower())
        at += 1 + size
    return ".".join(labels), at + 1


def _kind(address: Address) -> int:
    return _A if address.version == 4 else _AAAA


def _record(address: Address) -> bytes:
    data = address.packed
    return _RECORD.pack(_NAME_OF_THE_QUESTION, _kind(address), _INTERNET, TIME_TO_LIVE, len(data)) + data
