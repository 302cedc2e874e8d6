"""What can become of a call instead of an answer, and of a host instead of readiness."""

from __future__ import annotations

from vaas.core.errors import TooLarge, Unavailable, VaasError


class HostBroken(VaasError):
    """The app could not start: {error}"""

    @property
    def where(self) -> str:
        return str(self.facts.get("where", ""))

    @property
    def traceback(self) -> str:
        return str(self.facts.get("traceback", ""))


class HostGone(VaasError):
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


class AnswerTooLarge(TooLarge):
    """The answer is larger than {most} MB, which is as much as is awaited whole. Let the app answer a request of HTTP,
    whose answer is passed on as it comes."""


class DeadlineExceeded(VaasError):
    """No answer within limits.timeout = {timeout:g} s."""


class StreamStalled(DeadlineExceeded):
    """The stream was cut: nothing of it moved for limits.timeout = {timeout:g} s."""


class QueueFull(Unavailable):
    """All workers are busy and limits.queue = {queue} requests are already waiting. Try again in a moment."""


class BackingOff(Unavailable):
    """The app keeps failing to start and is tried again in {seconds:.0f} s. Its last error: {error}"""


class PoolClosed(Unavailable):
    """This release is going away."""


class ZygoteUnavailable(Unavailable):
    """No process could be started for the app: {reason}"""


class ImpossibleEvent(VaasError):
    """A host that is {state} does not know the event "{event}". That is a mistake in vaas: please report it."""
