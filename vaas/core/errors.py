"""The one hierarchy of errors.

Every error vaas raises is a ``VaasError``. A class's docstring is its message: a template filled with the facts given
at the raise, and it says what to do. The *kinds* below are what the edges translate: the gateway and the API to an HTTP
status (``framework/http/statuses.py``), the command line to an exit code.
"""

from __future__ import annotations

import re

_FIELD = re.compile(r"\{(\w+)(!r)?(?::([^{}]*))?\}")
"""``{name}``, ``{name!r}``, ``{name:.0f}``. Less than ``str.format``: an app may derive from an error it caught, and
no docstring of its makes this page read attributes."""


class VaasError(Exception):
    """Something went wrong inside vaas."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        template = " ".join((type(self).__doc__ or "").split())
        if "{" in _FIELD.sub("", template):
            raise TypeError(f"the docstring of {type(self).__name__} has a field that is no plain name: {template}")
        super().__init__(_FIELD.sub(self._fact, template))

    def _fact(self, field: re.Match[str]) -> str:
        name, as_repr, spec = field.groups()
        value = self.facts[name]
        return repr(value) if as_repr else format(value, spec or "")

    @property
    def code(self) -> str:
        """The stable name of this error on every edge: ``ReleaseNotFound`` → ``release-not-found``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()


class InvalidInput(VaasError):
    """{problem}"""


class NotFound(VaasError):
    """{what} does not exist."""


class Conflict(VaasError):
    """{problem}"""


class PreconditionFailed(VaasError):
    """{problem}"""


class NotAuthenticated(VaasError):
    """{problem}"""


class NotAllowed(VaasError):
    """{problem}"""


class TooLarge(VaasError):
    """{problem}"""


class TooMany(VaasError):
    """{problem}"""


class Misdirected(VaasError):
    """{problem}"""


class Unavailable(VaasError):
    """{problem}"""


class ProcessFailed(VaasError):
    """{problem}"""


class DeadlineMissed(VaasError):
    """{problem}"""
