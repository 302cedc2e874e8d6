from __future__ import annotations

from vaas.core.pool.calls.tally import Counts, Tally


def test_a_bad_answer_is_an_error_and_a_failed_call_is_counted_once_with_what_its_caller_was_told():
    tally = Tally()
    tally.answered_badly(500)
    tally.errors += 1
    tally.told(504)
    assert tally.counts == Counts(0, 2, {500: 1, 504: 1})


def test_counts_are_added_up_by_code():
    assert Counts(1, 2, {500: 1}) + Counts(3, 4, {500: 1, 503: 2}) == Counts(4, 6, {500: 2, 503: 2})


def test_counts_do_not_change_after_they_were_taken():
    tally = Tally()
    before = tally.counts
    tally.told(500)
    assert before.codes == {}
