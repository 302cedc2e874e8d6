"""Under load, an answer is judged by what may answer: the judge must see each kind of wrong."""

from __future__ import annotations

import threading

import pytest

from benchmarks.traffic import Asker, Versions


def asker(versions: Versions | None) -> Asker:
    return Asker("http://127.0.0.1:1/", (lambda: versions) if versions else None, threading.Event())


@pytest.mark.parametrize("version", [3, 4])
def test_the_old_and_the_new_version_may_answer_while_it_is_deployed(version: int) -> None:
    one = asker(Versions(ready=3, sent=4))
    one._judge(200, b'{"hello": %d}' % version, 3)
    assert (one.tally.answers, one.tally.failed, one.tally.wrong) == (1, [], [])


def test_a_version_older_than_the_ready_one_is_wrong() -> None:
    one = asker(Versions(ready=3, sent=4))
    one._judge(200, b'{"hello": 2}', 3)
    assert one.tally.wrong == ["version 2, where 3 to 4 may answer"]


def test_a_version_that_was_not_sent_is_wrong() -> None:
    one = asker(Versions(ready=3, sent=3))
    one._judge(200, b'{"hello": 4}', 3)
    assert one.tally.wrong == ["version 4, where 3 to 3 may answer"]


def test_a_connection_never_goes_back_to_an_older_version() -> None:
    one = asker(Versions(ready=3, sent=4))
    one._judge(200, b'{"hello": 4}', 3)
    one._judge(200, b'{"hello": 3}', 3)
    assert one.tally.wrong == ["version 3, where 4 to 4 may answer"]


def test_an_answer_of_the_other_app_is_wrong_both_ways() -> None:
    mine, other = asker(Versions(ready=1, sent=1)), asker(None)
    mine._judge(200, b'{"hello": "world"}', 1)
    other._judge(200, b'{"hello": 1}', 0)
    other._judge(200, b'{"hello": "world"}', 0)
    assert (len(mine.tally.wrong), len(other.tally.wrong)) == (1, 1)


def test_anything_but_200_is_failed() -> None:
    one = asker(None)
    one._judge(503, b"busy", 0)
    assert one.tally.failed == ["503: b'busy'"]
    assert one.tally.wrong == []
