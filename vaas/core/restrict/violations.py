"""What restricted code may not say, in a form that tells its author what to do. Next: ``transformer.py``."""

from __future__ import annotations

from dataclasses import dataclass

from vaas.core.errors import InvalidInput


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One refusal. ``str`` of it is how ``vaas check`` prints it: ``file:line: rule: why: what to do``."""

    file: str
    """As its author knows it, relative to the app's folder."""
    line: int
    rule: str
    """A stable short name: ``private-attribute``, ``denied-import``, ``syntax`` …"""
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.why}: {self.remedy}"


class RestrictedSyntax(InvalidInput, SyntaxError):
    """Restricted code may not say this:
    {listing}"""

    def __init__(self, violations: list[Violation]) -> None:
        self.violations = violations
        first = violations[0]
        super().__init__(listing="; ".join(str(it) for it in violations), where=f"{first.file}:{first.line}")
        self.filename, self.lineno = f"/app/{first.file}", first.line
        self.msg = str(self.args[0])

    def __str__(self) -> str:
        return "\n".join(["restricted code may not say this:", *map(str, self.violations)])
