"""What is known of one module of Python's library: whether an app may import it, what it sees, what is patched.

The rows stand in the other files of this folder, by subject. Next: ``registry/__init__.py``, which collects them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vaas.core.words import words

Access = Literal["free", "grant", "never"]
"""``free``: every app may import it. ``grant``: ``[permissions] modules`` must name it; what is below it comes with it.
``never``: no grant gives it, or what is below it, to restricted code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleRule:
    """One module. Names of files (``builder``, ``patches``) are of the folder that the field names: ``file:name``."""

    name: str
    access: Access
    reason: str
    """Why it is free, cut, on grant or refused: a clause about "it", which ``vaas modules`` and refusals print."""
    needs: str = ""
    """The permission without which a grant is not enough: ``net`` or ``subprocess``."""

    shown: tuple[str, ...] | None = None
    """The names that restricted code sees; None: all public ones but modules and metaclasses, tables copied."""
    also: tuple[str, ...] = ()
    """Names shown besides, which the module itself does not list."""
    dropped: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)
    """Names that are left out, and what to do without each: half a sentence that refusals print."""
    added: str = ""
    """The file of ``facades/`` whose ``NAMES`` are our versions, shown besides or instead."""
    builder: str = ""
    """What makes the facade for one machine, if it holds something of the app's: ``file:callable`` of ``facades/``."""
    trusted_builder: str = ""
    """The same for trusted code, which else gets the real module."""

    patches: tuple[str, ...] = ()
    """``file:function`` of ``patches/``, armed when this module, or one below it, is first shown."""
    process_patches: tuple[str, ...] = ()
    """The same, armed before the first restricted machine runs: libraries use the module on the app's objects."""
    frozen: tuple[str, ...] = ()
    """Modules whose instances this one, or one below it, hands out: their tables are frozen too."""
    instance_only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By dotted class: its methods that work by the class of ``self`` or set its attributes, and so ask first."""

    settable: tuple[str, ...] = ()
    """Dotted classes, derived ones included, on whose instances restricted code may set public attributes."""
    final: Mapping[str, str] = field(default_factory=dict)
    """Top-level modules or dotted classes that restricted code derives no class from, and why."""
    open_modules: tuple[str, ...] = ()
    """Modules whose classes keep nothing under ``_names`` that an app could misuse in a subclass."""
    value_modules: tuple[str, ...] = ()
    """Of the open modules, those whose instances hold nothing of a library's at all."""
    preload: bool = False
    """Whether the zygote imports it before it forks, because web apps commonly do."""

    @property
    def how(self) -> str:
        """How restricted code gets it, in the words of ``vaas modules``."""
        if self.needs:
            return f"needs {self.needs}"
        if self.access != "free":
            return "on grant" if self.access == "grant" else "never"
        if self.builder:
            return "own"
        return "facade" if self.shown is not None or self.also or self.dropped or self.added else "as it is"


_WORDS = ("shown", "also", "dropped", "patches", "process_patches", "frozen", "settable", "open_modules",
          "value_modules")  # fmt: skip


def free(name: str, reason: str, **facts: Any) -> ModuleRule:
    """A module that every app may import. Facts that are lists of names are given as words."""
    return _rule("free", name, reason, facts)


def free_alike(names: str, reason: str, **facts: Any) -> tuple[ModuleRule, ...]:
    return tuple(free(name, reason, **facts) for name in words(names))


def on_grant(names: str, reason: str, needs: str = "") -> tuple[ModuleRule, ...]:
    return tuple(_rule("grant", name, reason, {"needs": needs}) for name in words(names))


def never(names: str, reason: str) -> tuple[ModuleRule, ...]:
    return tuple(_rule("never", name, reason, {}) for name in words(names))


def _rule(access: Access, name: str, reason: str, facts: dict[str, Any]) -> ModuleRule:
    split: dict[str, Any] = {
        key: words(value) if key in _WORDS and value is not None else value for key, value in facts.items()
    }
    if "instance_only" in split:
        split["instance_only"] = {cls: words(methods) for cls, methods in split["instance_only"].items()}
    return ModuleRule(name=name, access=access, reason=reason, **split)
