"""Traffic as people write it: ``latest``, ``lock v3``, ``v3=90 v4=10``. Both ways, pure.

Used by ``traffic``, ``apps`` and ``show``, and by ``deploy_report.py``.
"""

from __future__ import annotations

import math
from typing import Any

from vaas_cli.formatting import release_number

FORMS = "`latest`, `lock vN`, or weights such as `v3=90 v4=10`"


def traffic_words(traffic: dict[str, Any]) -> str:
    """What ``vaas traffic`` would take to make it so; ``latest`` names the release that it means now."""
    if traffic["mode"] == "lock":
        return f"lock v{traffic['lock']}"
    if traffic["mode"] == "weights":
        parts = sorted(traffic["weights"].items(), key=lambda part: int(part[0]))
        return " ".join(f"v{number}={weight:g}" for number, weight in parts)
    return f"latest (v{traffic['latest']})" if traffic["latest"] else "latest (none yet)"


def traffic_order(words: tuple[str, ...], sticky: str = "") -> dict[str, Any]:
    """The same as the API takes it. Raises ``ValueError``."""
    if words == ("latest",):
        return {"mode": "latest", "sticky": sticky}
    if words[0] == "lock":
        if len(words) != 2:
            raise ValueError("`lock` takes one release: lock v3.")
        return {"mode": "lock", "lock": release_number(words[1]), "sticky": sticky}
    return {"mode": "weights", "weights": _weights(words), "sticky": sticky}


def _weights(words: tuple[str, ...]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for word in words:
        name, equals, weight = word.partition("=")
        if not equals:
            raise ValueError(f"`{word}` is not a choice of traffic. Give {FORMS}.")
        number = str(release_number(name))
        if number in weights:
            raise ValueError(f"v{number} is there twice.")
        weights[number] = _weight(word, weight)
    return weights


def _weight(word: str, text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        raise ValueError(f"`{word}`: `{text}` is not a number.") from None
    if not math.isfinite(weight) or weight < 0:
        raise ValueError(f"`{word}`: a weight is a number from 0 upwards.")
    return weight
