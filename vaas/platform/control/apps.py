"""Apps: listing them, and looking at one. Removing one: ``removing.py``."""

from __future__ import annotations

from vaas.platform.control.app_state import known_app_state
from vaas.platform.control.services import Services
from vaas.platform.control.views import AppDetail, AppView, app_state, domains_of, release_view
from vaas.platform.records import keys
from vaas.platform.records.documents import find_all
from vaas.platform.records.records import App, Domain, Outcome, Traffic


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
    state = await known_app_state(services.store, name)
    assert state.app is not None
    newest = state.releases[0] if state.releases else None
    outcome = state.outcomes.get(newest.number) if newest else None
    domains = [doc.record for doc in await find_all(services.store, keys.DOMAINS, Domain)]
    view = _view(services, state.app.record, state.current_traffic(), outcome, domains)
    return AppDetail(
        **{field: getattr(view, field) for field in AppView.__struct_fields__},
        settings=state.settings_in_force(),
        trial=state.trial.record if state.trial else None,
        release=release_view(newest, state) if newest else None,
    )


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
        state=app_state(current, newest, app.releases),
        url=f"{services.gateway}/{app.name}/",
        domains=domains_of(app.name, domains),
    )
