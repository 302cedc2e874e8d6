"""Which answer to a shot is right: each function here makes a ``Right``, which says what is wrong, or nothing."""

from __future__ import annotations

from tests.hostile.vocabulary import Answer, Right

SHOWN = 200
"""Bytes of a body that a complaint shows."""


def no_matter(answer: Answer) -> str:
    """Any answer, also none: what counts is what others feel of it. But a 500 is never right."""
    return "" if 500 not in answer.statuses and not answer.garbled else _told(answer, "anything but 500")


def answered(*statuses: int) -> Right:
    """One answer at least, and the last with one of these."""

    def right(answer: Answer) -> str:
        fine = not answer.garbled and answer.status in statuses
        return "" if fine else _told(answer, " or ".join(map(str, statuses)))

    return right


def all_answered(count: int, *statuses: int) -> Right:
    """So many answers, each with one of these."""

    def right(answer: Answer) -> str:
        fine = len(answer.statuses) == count and set(answer.statuses) <= set(statuses) and not answer.garbled
        return "" if fine else _told(answer, f"{count} of {statuses}")

    return right


def refused(answer: Answer) -> str:
    """For what cannot be right: the client is told that it is at fault, or simply closed."""
    fine = not answer.garbled and all(400 <= status < 500 or status in (501, 505) for status in answer.statuses)
    return "" if fine and (answer.statuses or answer.closed is not None) else _told(answer, "4xx, 501 or 505")


def says(body: bytes, *statuses: int) -> Right:
    """An answer with exactly this body."""

    def right(answer: Answer) -> str:
        fine = answer.status in (statuses or (200,)) and answer.bodies[-1:] == (body,)
        return "" if fine else _told(answer, f"{body[:SHOWN]!r}")

    return right


def without(*words: bytes) -> Right:
    """No 500, and none of these bytes in what came."""

    def right(answer: Answer) -> str:
        found = [word for word in words if any(word in body for body in answer.bodies)]
        return _told(answer, f"nothing of {found}") if found else no_matter(answer)

    return right


def closed_within(seconds: float, *statuses: int) -> Right:
    """The other end has closed by then; what it answered has one of these statuses, if it did."""

    def right(answer: Answer) -> str:
        fine = answer.closed is not None and answer.closed <= seconds
        fine = fine and (not statuses or set(answer.statuses) <= set(statuses))
        return "" if fine else _told(answer, f"closed within {seconds:g} s, {statuses or 'whatever it says'}")

    return right


def _told(answer: Answer, wanted: str) -> str:
    body = answer.bodies[-1][:SHOWN] if answer.bodies else b""
    closed = "left open" if answer.closed is None else f"closed after {answer.closed:.2f} s"
    said = f"{answer.statuses or 'nothing'}{' garbled' if answer.garbled else ''}, {closed}"
    return f"{wanted} wanted, got {said} {body!r}"
