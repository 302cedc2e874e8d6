"""Attacks that escape today, by way and name, with what the hole is. Each is an expected failure, strictly: whoever
mends one takes it out of here."""

from __future__ import annotations

HOLES: dict[tuple[str, str], str] = {
    (
        "restricted",
        "139_vendored_module_hides_the_safe_one",
    ): "once a granted module was imported, _vendor stands first on sys.path: facades import their real module from it",
}
