from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.spec import HostSpec
from vaas.platform.reconciler.local import Local
from vaas.platform.reconciler.specs import Places, host_spec
from vaas.platform.records.records import Grants, Manifest, Release, Settings

AT = datetime(2026, 1, 2, tzinfo=UTC)
PLACES = Places(Path("/node/shop/abc"), Path("/apps/shop/data"), Path("/cache/shop/abc"))
ASKS = Policy(
    code="trusted", permissions=Permissions(net=("a:1", "b:2"), env=("API_KEY", "HOME")), limits=Limits(workers=2)
)
ENVIRON = {"API_KEY": "k", "HOME": "/root", "SECRET": "s", "VAAS_TOKEN": "t"}


def settings(grants: Grants | None = None, env: dict[str, str] | None = None, **limits: float) -> Settings:
    grants = grants or Grants()
    return Settings(app="shop", revision=1, author="ada", at=AT, grants=grants, env=env or {}, limits=limits)


def spec(
    settings: Settings,
    asks: Policy = ASKS,
    environ: dict[str, str] = ENVIRON,
    local: Local | None = None,
    places: Places = PLACES,
) -> HostSpec:
    manifest = Manifest(name="shop", entry="app:Shop", policy=asks)
    release = Release(
        app="shop", number=3, digest="0" * 64, size=1, manifest=manifest, created_at=AT, created_by="ada"
    )  # fmt: skip
    return host_spec(release, settings, places, environ=environ, service="m:open", local=local)


def test_a_host_is_told_its_release_its_folders_and_what_serves_it() -> None:
    told = spec(settings())
    assert (told.app, told.release, told.entry, told.service) == ("shop", "v3", "app:Shop", "m:open")
    assert (told.folder, told.data, told.cache) == ("/node/shop/abc", "/apps/shop/data", "/cache/shop/abc")


def test_a_host_is_told_where_the_layer_of_its_release_lies() -> None:
    assert spec(settings()).packages == ""
    assert spec(settings(), places=replace(PLACES, packages=Path("/node/layers/abc"))).packages == "/node/layers/abc"


def test_what_is_asked_but_not_granted_does_not_happen() -> None:
    assert spec(settings()).policy == Policy(limits=Limits(workers=2))


def test_what_is_granted_but_not_asked_does_not_happen_either() -> None:
    everything = Grants(code="trusted", permissions=Permissions(net=("*",), subprocess=True))
    assert spec(settings(everything), Policy()).policy == Policy()


def test_what_is_both_asked_and_granted_happens() -> None:
    given = spec(settings(Grants(code="trusted", permissions=Permissions(net=("b:2", "c:3"))))).policy
    assert given.code == "trusted"
    assert given.permissions == Permissions(net=("b:2",))


def test_the_operators_limits_go_before_the_manifests() -> None:
    limits = spec(settings(timeout=5.0, workers=8.0)).policy.limits
    assert limits == Limits(workers=8, timeout=5.0)
    assert isinstance(limits.workers, int)


def test_an_app_sees_what_was_set_for_it_and_who_it_is_and_nothing_else() -> None:
    assert spec(settings(env={"MODE": "dark"})).env == {"MODE": "dark", "VAAS_APP": "shop", "VAAS_RELEASE": "v3"}


def test_of_the_nodes_own_environment_an_app_sees_only_names_that_are_asked_granted_and_there() -> None:
    granted = Grants(permissions=Permissions(env=("API_KEY", "SECRET")))
    assert spec(settings(granted)).env["API_KEY"] == "k"
    assert "SECRET" not in spec(settings(granted)).env
    assert "API_KEY" not in spec(settings(granted), environ={}).env


def test_what_the_operator_set_goes_before_the_nodes_own() -> None:
    granted = Grants(permissions=Permissions(env=("API_KEY",)))
    assert spec(settings(granted, env={"API_KEY": "other"})).env["API_KEY"] == "other"


def test_the_platforms_own_names_are_never_given_nor_forged() -> None:
    asks = Policy(permissions=Permissions(env=("VAAS_TOKEN",)))
    granted = Grants(permissions=Permissions(env=("*",)))
    env = spec(settings(granted, env={"VAAS_APP": "bank"}), asks).env
    assert env == {"VAAS_APP": "shop", "VAAS_RELEASE": "v3"}


def test_equal_settings_make_equal_specs_and_any_change_of_them_another() -> None:
    base = settings(env={"A": "1"})
    assert spec(base) == spec(settings(env={"A": "1"}))
    others = [
        settings(env={"A": "2"}),
        settings(Grants(code="trusted"), env={"A": "1"}),
        settings(env={"A": "1"}, idle=9),
    ]
    assert all(spec(other) != spec(base) for other in others)


def test_what_a_developers_file_says_comes_after_what_the_node_and_the_operator_say() -> None:
    local = Local(Path("/x"), {"API_KEY": "file", "MODE": "file", "ONLY": "file", "VAAS_APP": "file"})
    granted = settings(Grants(permissions=Permissions(env=("API_KEY",))), env={"MODE": "set"})
    env = spec(granted, local=local).env
    assert [env[name] for name in ("API_KEY", "MODE", "ONLY", "VAAS_APP")] == ["k", "set", "file", "shop"]
