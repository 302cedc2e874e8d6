"""What can become of a call instead of an answer, and of a host instead of readiness."""

from __future__ import annotations

from vaas.core.errors import DeadlineMissed, ProcessFailed, Unavailable, VaasError
from vaas.core.limits.words import limit_words
from vaas.core.units import exact_seconds


class HostBroken(ProcessFailed):
    """The app could not start: {error}"""

    @property
    def where(self) -> str:
        return str(self.facts.get("where", ""))

    @property
    def traceback(self) -> str:
        return str(self.facts.get("traceback", ""))


class HostGone(ProcessFailed):
    """The process that served this request ended in the middle of it: {reason}"""


class HostOverLimit(HostGone):
    """The process that served this request was ended: {reason}"""


class HostReplaced(VaasError):
    """The process was replaced by a fresh one, and ends when its calls have: {reason}"""


class DiskFull(VaasError):
    """The app's data and temporary files take {taken}. It cannot write until it has deleted enough; it reads and
    deletes as before. Raise limits.disk if it needs more."""


class HandlerFailed(VaasError):
    """The app gave up on this request: {reason}"""


class AnswerTooLarge(VaasError):
    """The answer is larger than {most} MB, which is as much as is awaited whole. Let the app answer a request of HTTP,
    whose answer is passed on as it comes."""


class DeadlineExceeded(DeadlineMissed):
    """No answer within {limit}."""

    def __init__(self, *, timeout: float) -> None:
        super().__init__(timeout=timeout, limit=limit_words("timeout", timeout))


class CallTimedOut(DeadlineExceeded):
    """No answer within the {seconds} that the caller waits."""

    def __init__(self, *, timeout: float) -> None:
        VaasError.__init__(self, timeout=timeout, seconds=exact_seconds(timeout))


class StreamStalled(DeadlineExceeded):
    """The stream was cut: nothing of it moved for {limit}."""


class QueueFull(Unavailable):
    """All workers are busy and limits.queue = {queue} requests are already waiting. Try again in a moment."""


class BackingOff(Unavailable):
    """The app keeps failing to start and is tried again in {seconds:.0f} s. Its last error: {error}"""


class PoolClosed(Unavailable):
    """This release is going away."""


class TooManyPrograms(Unavailable):
    """{app} has {most} commands running, which is as many as may run at once. Wait for one of them to end."""


class ZygoteUnavailable(Unavailable):
    """No process could be started for the app: {reason}"""


class ImpossibleEvent(VaasError):
    """A host that is {state} does not know the event "{event}". That is a mistake in vaas: please report it."""
