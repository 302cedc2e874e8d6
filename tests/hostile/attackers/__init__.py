"""One file per kind of attacker. An attacker is a ``round``: a generator that yields volleys and gets their answers,
pure but for its ``Random``, and short; the storm begins it again and again.

``ATTACKERS`` has them all. A new one: its file here, its row below, and `python -m tests.hostile --only NAME`.
"""

from __future__ import annotations

from tests.hostile.attackers import (
    bundles,
    control_characters,
    handshakes,
    heads,
    logs,
    manifests,
    messages,
    names,
    namesakes,
    paths,
    rebinding,
    slow,
    stale,
    streams,
    upgrades,
    uploads,
    variables,
)
from tests.hostile.vocabulary import Attacker

_ALL = (
    Attacker("manifests-fitting", manifests.fitting, 1),
    Attacker("manifests-beyond", manifests.beyond, 1),
    Attacker("grants-beyond", manifests.granted, 1),
    Attacker("handshakes-half", handshakes.half),
    Attacker("handshakes-odd", handshakes.odd),
    Attacker("paths-unknown", paths.unknown, 2),
    Attacker("messages-pings", messages.pings, 1),
    Attacker("messages-fragments", messages.fragments, 1),
    Attacker("messages-broken", messages.broken),
    Attacker("names-in-paths", names.in_paths, 2),
    Attacker("names-in-bodies", names.in_bodies, 2),
    Attacker("names-in-manifests", names.in_manifests, 2),
    Attacker("streams-revoked", streams.revoked),
    Attacker("streams-many", streams.many),
    Attacker("upgrades-pipelined", upgrades.pipelined),
    Attacker("upgrades-of-the-console", upgrades.of_the_console),
    Attacker("heads-large", heads.large),
    Attacker("heads-whole", heads.whole),
    Attacker("heads-unhosted", heads.unhosted, 2),
    Attacker("heads-releases", heads.releases),
    Attacker("slow-heads", slow.heads),
    Attacker("slow-bodies", slow.bodies),
    Attacker("slow-readers", slow.readers, 1),
    Attacker("uploads-aborted", uploads.aborted, 2),
    Attacker("control-characters-in-records", control_characters.in_records, 2),
    Attacker("control-characters-in-requests", control_characters.in_requests, 2),
    Attacker("logs-floods", logs.floods, 1),
    Attacker("logs-reads", logs.reads, 2),
    Attacker("stale-traffic", stale.traffic, 2),
    Attacker("stale-settings", stale.settings, 2),
    Attacker("variables-of-loaders", variables.loaders, 2),
    Attacker("rebinding", rebinding.other_names, 2),
    Attacker("bundles-half", bundles.half, 2),
    Attacker("bundles-broken", bundles.broken, 2),
    Attacker("bundles-aborted", bundles.aborted, 1),
    Attacker("namesakes-tokens", namesakes.tokens, 2),
)
ATTACKERS = {attacker.name: attacker for attacker in _ALL}

NOT_YET: dict[str, str] = {}
"""Attackers that are off because what they find is not mended yet, by name, and what that is. Must be empty."""
