"""What is done about a call that does not react to its cancellation."""

import pytest

from tests.core.pool.hosts.simulated import Worker
from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.hosts.escalation import escalate, steps


@pytest.mark.parametrize(
    ("late", "blocked", "step"),
    [
        (0.0, False, "wait"),
        (0.09, False, "wait"),
        (0.11, False, "interrupt"),
        (0.29, False, "interrupt"),
        (0.31, False, "replace"),
        (0.0, True, "interrupt"),
        (0.29, True, "interrupt"),
        (0.31, True, "replace"),
    ],
)
def test_it_is_waited_for_then_interrupted_and_at_last_its_host_is_replaced(late: float, blocked: bool, step: str):
    assert escalate(late, blocked) == step


def test_each_late_call_has_its_own_step_and_a_worker_that_answers_has_no_other():
    worker = Worker(late={1: Late(99.95, False, False), 3: Late(99.95, True, False), 5: Late(99.0, False, False)})
    assert steps(worker, 100.0, timeout=30.0) == {1: "wait", 3: "interrupt", 5: "replace", 0: "wait"}


def test_a_worker_that_is_silent_for_longer_than_a_call_may_take_is_interrupted_whatever_it_does():
    worker = Worker(hangs=True)
    worker.ask(100.0)
    assert steps(worker, 129.9, timeout=30.0) == {0: "wait"}
    assert steps(worker, 130.1, timeout=30.0) == {0: "interrupt"}
    assert steps(worker, 130.3, timeout=30.0) == {0: "replace"}
