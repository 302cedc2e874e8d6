"""What can go wrong between the command line and a platform. Each says what was tried and what to do."""

from __future__ import annotations

from typing import Any

from vaas.core.errors import InvalidInput, NotAuthenticated, Unavailable, VaasError


class AddressInvalid(InvalidInput):
    """`{address}` is not a platform's address: {reason}. Give the console's, such as http://127.0.0.1:9080."""


class Unreachable(Unavailable):
    """No platform answers at {url}: {reason}. Start one with `vaas platform`, or choose another with
    `vaas login URL` or VAAS_PLATFORM."""


class CutOff(Unavailable):
    """The connection to {url} broke: {reason}. The platform may have stopped; try again, or see `vaas status`."""


class NotAPlatform(Unavailable):
    """What answers at {url} is not a vaas console: {reason}. Give the console's address, not the gateway's, with
    `vaas login URL` or VAAS_PLATFORM."""


class IsTheGateway(Unavailable):
    """{url} is the gateway, where apps answer; commands talk to the console. {right}"""


class NotLoggedIn(NotAuthenticated):
    """There is no token for {url}. Log in with `vaas login {url}`, or set VAAS_TOKEN."""


class Refused(VaasError):
    """{detail}"""

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document (RFC 9457) that the platform answered with."""
        problem = self.facts["problem"]
        assert isinstance(problem, dict)
        return problem

    @property
    def status(self) -> int:
        status = self.facts["status"]
        assert isinstance(status, int)
        return status


def refused(status: int, problem: dict[str, Any]) -> Refused:
    detail = problem.get("detail") or problem.get("title") or f"The platform answered {status}."
    return Refused(status=status, problem=problem, detail=str(detail))


def error_lines(error: VaasError) -> list[str]:
    """An error for people; further lines are set in, so that none passes for one of ours."""
    told = getattr(error, "lines", None)  # ``Findings`` of ``project.py``, each with its file and line
    if told is not None:
        return list(told)
    first, *rest = str(error).split("\n")
    return [first, *(f"  {line}" for line in rest)]
