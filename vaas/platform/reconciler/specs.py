"""A release's ``HostSpec``: asked ∩ granted, the operator's limits and environment, and its folders.

Pure: records and paths in, a ``HostSpec`` out. Two equal specs may share hosts; a change that makes a different one
replaces them (``plan.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vaas.core.policy import Policy
from vaas.core.spec import HostSpec
from vaas.platform.manifest.grants import effective
from vaas.platform.manifest.variables import allowed
from vaas.platform.reconciler.local import Local
from vaas.platform.records.records import OWN_ENV, Release, Settings


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one release on this node (``folders.py``)."""

    folder: Path
    data: Path
    cache: Path
    packages: Path | None = None
    """The layer that the release names, if it does."""
    uid: int = 0
    """The app's own user on this node; 0 is none."""


def host_spec(
    release: Release,
    settings: Settings,
    places: Places,
    *,
    environ: Mapping[str, str],
    service: str,
    debug: bool = False,
    local: Local | None = None,
) -> HostSpec:
    """What every host of this release on this node obeys. ``tmp`` is left to the pool: each host has its own.

    ``environ`` is the node's own environment, ``service`` the module that makes services, ``local`` its developer's.
    """
    policy = effective(release.manifest, settings)
    return HostSpec(
        app=release.app,
        release=f"v{release.number}",
        folder=str(places.folder),
        packages=str(places.packages or ""),
        data=str(places.data),
        tmp="",
        cache=str(places.cache),
        entry=release.manifest.entry,
        interface=release.manifest.interface,
        policy=policy,
        env=allowed({**(local.env if local else {}), **environment(release, settings, policy, environ)}),
        service=service,
        options={"cookies": release.manifest.http.cookies},
        uid=places.uid,
        debug=debug,
    )


def environment(release: Release, settings: Settings, policy: Policy, environ: Mapping[str, str]) -> dict[str, str]:
    """All that the app sees as ``os.environ``.

    First what the node itself has of the names in ``permissions.env``, if they are granted; over that what the
    operator has set for this app, which needs no grant; and last who the app is.
    """
    granted = {
        name: environ[name] for name in policy.permissions.env if name in environ and not name.startswith(OWN_ENV)
    }
    return {**granted, **settings.env, "VAAS_APP": release.app, "VAAS_RELEASE": f"v{release.number}"}
