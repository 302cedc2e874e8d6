"""What waits for a grant: of each app the newest release that asks for more than the app has, for whom, since when."""

from __future__ import annotations

from vaas.core.pace import aside, paced
from vaas.platform.control.platform_settings import read_policy
from vaas.platform.control.views import WaitingGrant
from vaas.platform.manifest.grant_policy import denied
from vaas.platform.manifest.grants import listed
from vaas.platform.records import keys
from vaas.platform.records.documents import DocumentBroken, find_all, note_broken
from vaas.platform.records.records import Grants, Outcome, PlatformSettings, Release, Traffic
from vaas.platform.store.interface import Store


async def waiting_grants(store: Store) -> list[WaitingGrant]:
    """By app. Where the platform's settings cannot be read, nothing is said of what it denies."""
    try:
        policy, _ = await read_policy(store)
    except DocumentBroken as broken:
        note_broken(broken)
        policy = PlatformSettings()
    releases = {
        (doc.record.app, doc.record.number): doc.record for doc in await find_all(store, keys.RELEASES, Release)
    }
    traffic = {doc.record.app: doc.record for doc in await find_all(store, keys.TRAFFIC, Traffic)}
    newest: dict[str, Outcome] = {}
    async for outcome in paced([doc.record for doc in await find_all(store, keys.OUTCOMES, Outcome)]):
        current = traffic.get(outcome.app, Traffic(app=outcome.app))
        if outcome.state == "waiting" and outcome.number > max(current.latest, current.candidate):
            newest[outcome.app] = outcome  # a listing is in order of number
    found = [(releases[key], outcome) for key, outcome in _keyed(newest) if key in releases]
    return [await aside(_view, release, outcome, policy) for release, outcome in found]


def _keyed(newest: dict[str, Outcome]) -> list[tuple[tuple[str, int], Outcome]]:
    return [((app, outcome.number), outcome) for app, outcome in sorted(newest.items())]


def _view(release: Release, outcome: Outcome, policy: PlatformSettings) -> WaitingGrant:
    lack = outcome.missing or Grants()
    refused = denied(lack, policy.grants_deny, policy.grants_allow)
    return WaitingGrant(
        app=release.app,
        release=release.number,
        grants=listed(lack),
        denied=[grant for grant, _ in refused],
        deployed_by=release.created_by,
        since=release.created_at,
        message=release.message,
    )
