"""How limits are spoken of: always with the key that sets it, and the figure as that key takes it. Pure."""

from __future__ import annotations

from vaas.core.policy import LIMIT_KEYS


def limit_text(name: str, value: float) -> str:
    """As ``vaas settings set`` takes it: ``timeout`` 5.0 → ``5s``. A limit that only a newer vaas knows is a number."""
    key = LIMIT_KEYS.get(name)
    return key.text(value) if key else f"{value:.15g}"


def limit_words(name: str, value: float) -> str:
    """``limits.memory = 256MB``."""
    return f"limits.{name} = {limit_text(name, value)}"


def taken(figure: float, name: str, limit: float) -> str:
    """What was measured, of what is allowed: ``250MB of limits.memory = 256MB``."""
    return f"{LIMIT_KEYS[name].kind.short(figure)} of {limit_words(name, limit)}"
