"""A release's outcome: waiting for it, and its lines for people.

Used by ``deploy``, ``grant``, ``releases``, ``rollback``, ``show`` and ``traffic``, and by ``dev_session.py``.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from vaas.core.errors import Unavailable
from vaas.core.printable import one_line, set_in
from vaas.core.units import format_seconds
from vaas_cli.client import Client
from vaas_cli.formatting import listed, share
from vaas_cli.output import put, put_facts
from vaas_cli.progress import Progress
from vaas_cli.styled import styled
from vaas_cli.traffic_words import traffic_words

if TYPE_CHECKING:
    from vaas_cli.deploying import Deployed

Grants = dict[str, Any]

PACKAGE = "packages="

ASK_AGAIN = 30.0
"""Seconds one request waits for the outcome: below the limits of the platform and of common proxies."""

PATIENCE = 300.0
"""Seconds until a release without an outcome is given up here: many times the longest `limits.start` in use."""


class StillStarting(Unavailable):
    """{app} v{number} has no outcome after {seconds:.0f} s. It may still start: see `vaas releases {app}`, and
    `vaas nodes` for whether any node runs."""


def await_outcome(client: Client, app: str, number: int, progress: Progress) -> dict[str, Any]:
    """The release, as soon as it is known what became of it. Raises ``StillStarting``."""
    progress.step("start", f"{app}: starting v{number}")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        release: dict[str, Any] = client.get("apps", app, "releases", number, wait=ASK_AGAIN)
        if (release["outcome"] or {"state": "starting"})["state"] != "starting":
            return release
    raise StillStarting(app=app, number=number, seconds=PATIENCE)


def answering(client: Client, app: str) -> dict[int, float]:
    """The releases that have a part of the traffic, and which part."""
    return {each["number"]: each["share"] for each in client.get("apps", app, "releases") if each["share"]}


def put_traffic(client: Client, app: str, traffic: dict[str, Any]) -> None:
    """Which releases answer now, and by which choice."""
    shares = answering(client, app)
    put(f"{app}: {traffic_words(traffic)}")
    if len(shares) > 1 or traffic["sticky"]:
        parts = [(f"v{number}", share(part)) for number, part in sorted(shares.items())]
        put_facts([*parts, ("sticky", traffic["sticky"])])


def lines(deployed: Deployed) -> list[str]:
    """The whole result of a deploy, for people."""
    return {"ready": _ready, "waiting": _waiting, "failed": _failed}[deployed.state](deployed)


def addresses(app: dict[str, Any]) -> list[str]:
    """Where an app answers: by path, then by each of its domains on the same port."""
    scheme, _, rest = app["url"].partition("://")
    port = rest.partition("/")[0].rpartition(":")[2]
    suffix = f":{port}" if port.isdigit() else ""
    return [app["url"], *(f"{scheme}://{domain}{suffix}/" for domain in app["domains"])]


def grant_lines(grants: Grants | None) -> list[str]:
    """One ``kind=pattern`` per grant, as ``vaas grant`` takes them."""
    if not grants:
        return []
    found = ["code=trusted"] if grants.get("code") == "trusted" else []
    for kind, value in grants.get("permissions", {}).items():
        found += [f"{kind}={pattern}" for pattern in value] if isinstance(value, list) else []
    return found + (["subprocess=true"] if grants.get("permissions", {}).get("subprocess") else [])


def difference(release: dict[str, Any]) -> list[str]:
    """What the release asks for, one line each, marked where it has not been granted yet."""
    missing = grant_lines(release["outcome"]["missing"])
    known = [line for line in grant_lines(release["manifest"]["policy"]) if line not in missing]
    return [f"    {line}  (granted)" for line in _with_packages(known)] + [
        styled(f"  + {line}", fg="green") for line in _with_packages(missing)
    ]


def _with_packages(lines: list[str]) -> list[str]:
    """Those of one release's requirements are one line: there may be dozens."""
    packages = [line.removeprefix(PACKAGE) for line in lines if line.startswith(PACKAGE)]
    rest = [line for line in lines if not line.startswith(PACKAGE)]
    return rest + ([f"packages: {', '.join(packages)}"] if packages else [])


def who_answers(shares: dict[int, float]) -> str:
    """Of the releases that have a part of the traffic, by number: a sentence."""
    if not shares:
        return "No release answers."
    names = [f"v{number}" if len(shares) == 1 else f"v{number} ({share(shares[number])})" for number in sorted(shares)]
    return f"{listed(names)} still answer{'s' if len(names) == 1 else ''}."


def failure(release: dict[str, Any]) -> list[str]:
    """Why a release did not start: the place, the error and the traceback."""
    outcome = release["outcome"]
    where = f"{outcome['where']}: " if outcome.get("where") else ""
    why = f"  {where}{outcome.get('error') or 'it did not start, and did not say why'}"
    return [one_line(why), *(set_in(outcome["traceback"], "    ") if outcome.get("traceback") else [])]


def _ready(deployed: Deployed) -> list[str]:
    name = f"{deployed.name} v{deployed.number}"
    if not deployed.created:
        return [f"{deployed.name} is already deployed as v{deployed.number}: nothing to do."]
    where = "  ".join(addresses(deployed.app))
    if not deployed.release["traffic"]:
        how = f"`vaas traffic {deployed.name} lock v{deployed.number}` lets it answer"
        return [f"{name} is ready in {format_seconds(deployed.seconds)}, without traffic: {how}."]
    if not deployed.release["share"]:
        how = f"traffic is set by hand; `vaas traffic {deployed.name} latest` lets it answer"
        return [f"{name} is ready in {format_seconds(deployed.seconds)}, but {how}."]
    return [f"{name} is ready in {format_seconds(deployed.seconds)}: {where}"]


def _waiting(deployed: Deployed) -> list[str]:
    title = f"{deployed.name} v{deployed.number} asks for what {deployed.name} has not been granted:"
    return [title, *difference(deployed.release)]


def _failed(deployed: Deployed) -> list[str]:
    title = styled(f"{deployed.name} v{deployed.number} failed to start:", fg="red")
    return [title, *failure(deployed.release)]
