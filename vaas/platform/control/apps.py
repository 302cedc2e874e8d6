"""Apps: listing them, looking at one, and removing one with all that belongs to it."""

from __future__ import annotations

from vaas.platform import keys
from vaas.platform.control.services import Services
from vaas.platform.control.standing import Standing, known_standing
from vaas.platform.control.views import AppDetail, AppView, app_state, domains_of, release_view
from vaas.platform.documents import find_all, retrying
from vaas.platform.records import App, Domain, Outcome, Traffic
from vaas.platform.store.interface import Delete, Store


async def list_apps(services: Services) -> list[AppView]:
    """Every app, by name."""
    store = services.store
    traffic = {doc.record.app: doc.record for doc in await find_all(store, keys.TRAFFIC, Traffic)}
    outcomes = {
        (doc.record.app, doc.record.number): doc.record for doc in await find_all(store, keys.OUTCOMES, Outcome)
    }
    domains = [doc.record for doc in await find_all(store, keys.DOMAINS, Domain)]
    apps = [doc.record for doc in await find_all(store, keys.APPS, App)]
    return [
        _view(services, app, traffic.get(app.name), outcomes.get((app.name, app.releases)), domains) for app in apps
    ]


async def show_app(services: Services, name: str) -> AppDetail:
    """Raises ``AppNotFound``."""
    standing = await known_standing(services.store, name)
    assert standing.app is not None
    newest = standing.releases[0] if standing.releases else None
    outcome = standing.outcomes.get(newest.number) if newest else None
    domains = [doc.record for doc in await find_all(services.store, keys.DOMAINS, Domain)]
    view = _view(services, standing.app.record, standing.current_traffic(), outcome, domains)
    return AppDetail(
        **{field: getattr(view, field) for field in AppView.__struct_fields__},
        settings=standing.current_settings(),
        release=release_view(newest, standing) if newest else None,
    )


async def remove_app(store: Store, name: str) -> None:
    """Removes every document of the app in one transaction; nodes that see it stop the app. Raises ``AppNotFound``."""

    async def attempt() -> None:
        standing = await known_standing(store, name)
        await store.commit([Delete(key) for key in await _keys_of(store, standing)], standing.unchanged)

    await retrying(attempt)


async def _keys_of(store: Store, standing: Standing) -> list[str]:
    name = standing.name
    several = [keys.releases(name), keys.outcomes(name), keys.histories(name)]
    listed = [entry.key for prefix in several for entry in (await store.scan(prefix)).entries]
    domains = [doc.key for doc in await find_all(store, keys.DOMAINS, Domain) if doc.record.app == name]
    return [keys.app(name), keys.settings(name), keys.traffic(name), *listed, *domains]


def _view(
    services: Services, app: App, traffic: Traffic | None, newest: Outcome | None, domains: list[Domain]
) -> AppView:
    current = traffic or Traffic(app=app.name)
    return AppView(
        name=app.name,
        created_at=app.created_at,
        created_by=app.created_by,
        releases=app.releases,
        traffic=current,
        state=app_state(current, newest),
        url=f"{services.gateway}/{app.name}/",
        domains=domains_of(app.name, domains),
    )
