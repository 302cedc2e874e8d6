"""Apps: listing them, and looking at one. Removing one: ``removing.py``."""

from __future__ import annotations

from vaas.core.pace import paced
from vaas.platform.control.app_state import known_app_state
from vaas.platform.control.services import Services
from vaas.platform.control.views import AppDetail, AppView, app_state, release_view
from vaas.platform.records import keys
from vaas.platform.records.documents import find_all
from vaas.platform.records.records import App, Domain, Outcome, Traffic
from vaas.platform.store.interface import Store


async def list_apps(services: Services) -> list[AppView]:
    """Every app, by name; those, too, of which there is nothing but what cannot be read."""
    store = services.store
    traffic = await find_all(store, keys.TRAFFIC, Traffic)
    outcomes = await find_all(store, keys.OUTCOMES, Outcome)
    domains = await domains_by_app(store)
    apps = await find_all(store, keys.APPS, App)
    broken = _by_app({**apps.broken, **traffic.broken, **outcomes.broken})
    flows = {doc.record.app: doc.record for doc in traffic}
    newest = {(doc.record.app, doc.record.number): doc.record for doc in outcomes}
    known = [doc.record for doc in apps]
    views = [
        _view(
            services, app, flows.get(app.name), newest.get((app.name, app.releases)), domains.get(app.name, []),
            broken.get(app.name),
        )
        async for app in paced(known)
    ]  # fmt: skip
    strays = broken.keys() - {app.name for app in known}
    return sorted([*views, *(_stray(name, broken[name]) for name in strays)], key=lambda view: view.name)


async def app_names(store: Store) -> list[str]:
    return [doc.record.name for doc in await find_all(store, keys.APPS, App)]


async def domains_by_app(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    async for doc in paced(await find_all(store, keys.DOMAINS, Domain)):
        found.setdefault(doc.record.app, []).append(doc.record.domain)
    return found


def _by_app(broken: dict[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, reason in broken.items():
        if (name := keys.app_of(key)) is not None:
            found.setdefault(name, {})[key] = reason
    return found


def _stray(name: str, broken: dict[str, str]) -> AppView:
    """Of a name under which there is no app that can be read."""
    return AppView(
        name=name, created_at=None, created_by="", releases=0, traffic=Traffic(app=name), state="broken", url="",
        domains=[], broken=broken,
    )  # fmt: skip


async def show_app(services: Services, name: str) -> AppDetail:
    """Raises ``AppNotFound``."""
    state = await known_app_state(services.store, name, to_look=True)
    assert state.app is not None
    newest = state.releases[0] if state.releases else None
    outcome = state.outcomes.get(newest.number) if newest else None
    domains = (await domains_by_app(services.store)).get(name, [])
    view = _view(services, state.app.record, state.current_traffic(), outcome, domains, dict(state.broken))
    return AppDetail(
        **{field: getattr(view, field) for field in AppView.__struct_fields__},
        settings=state.settings_in_force(),
        trial=state.trial.record if state.trial else None,
        release=release_view(newest, state) if newest else None,
    )


def _view(
    services: Services,
    app: App,
    traffic: Traffic | None,
    newest: Outcome | None,
    domains: list[str],
    broken: dict[str, str] | None = None,
) -> AppView:
    current = traffic or Traffic(app=app.name)
    quarantine = services.engine.quarantine(app.name)
    return AppView(
        name=app.name,
        created_at=app.created_at,
        created_by=app.created_by,
        releases=app.releases,
        traffic=current,
        state="broken" if broken else "quarantined" if quarantine else app_state(current, newest, app.releases),
        url=f"{services.gateway}/{app.name}/",
        domains=domains,
        broken=broken or {},
        quarantine=quarantine,
    )
