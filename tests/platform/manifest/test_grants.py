"""What a release may do is what it asks for and has been granted: never more than either."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.policy import Limits, Permissions, Policy
from vaas.platform.manifest import grants
from vaas.platform.records.records import Grants, Manifest, Settings

names = st.sampled_from(["*", "httpx", "httpx.client", "http", "google", "google.cloud", "google.cloud.storage"])
hosts = st.sampled_from(["*", "a.example:443", "a.example:80", "b.example:443"])
paths = st.sampled_from(["/", "/srv", "/srv/data", "/srv/database", "/srv/data/x", "/etc"])
variables = st.sampled_from(["*", "API_KEY", "API", "MODE"])
methods = st.sampled_from(["*", "billing.*", "billing.pay", "billing2.pay", "mail.send"])


def some(one: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(one, max_size=3).map(tuple)


permissions = st.builds(
    Permissions,
    modules=some(names),
    net=some(hosts),
    read=some(paths),
    write=some(paths),
    env=some(variables),
    rpc=some(methods),
    subprocess=st.booleans(),
)
codes = st.sampled_from(["restricted", "trusted"])
policies = st.builds(Policy, code=codes, permissions=permissions)
granted_ones = st.builds(Grants, code=codes, permissions=permissions)


NOTHING = Grants()


def settings(granted: Grants = NOTHING, **limits: float) -> Settings:
    return Settings(
        app="shop", revision=1, author="ann", at=datetime(2026, 1, 1, tzinfo=UTC), grants=granted, limits=limits
    )


def effective(asked: Policy, granted: Grants) -> Policy:
    return grants.effective(Manifest(name="shop", policy=asked), settings(granted))


@given(policies, granted_ones)
def test_what_runs_asks_for_nothing_that_was_not_granted(asked: Policy, granted: Grants):
    assert grants.missing(effective(asked, granted), granted) is None


@given(policies, granted_ones)
def test_what_runs_gets_nothing_that_was_not_asked_for(asked: Policy, granted: Grants):
    assert grants.missing(effective(asked, granted), grants.asks(asked)) is None


@given(policies, granted_ones)
def test_granting_what_is_missing_leaves_nothing_missing(asked: Policy, granted: Grants):
    lack = grants.missing(asked, granted) or Grants()
    assert grants.missing(asked, grants.add(granted, lack)) is None


@given(policies)
def test_a_release_that_is_granted_all_it_asks_for_runs_with_just_that(asked: Policy):
    allowed = effective(asked, grants.asks(asked))
    assert grants.listed(grants.asks(allowed)) == grants.listed(grants.add(Grants(), grants.asks(asked)))


@given(policies)
def test_without_grants_nothing_is_allowed(asked: Policy):
    assert grants.asks(effective(asked, Grants())) == Grants()


@given(granted_ones, granted_ones)
def test_taking_away_what_was_added_leaves_nothing_of_it(granted: Grants, more: Grants):
    rest = grants.remove("shop", grants.add(granted, more), more)
    assert not set(grants.listed(rest)) & set(grants.listed(more))


@pytest.mark.parametrize(
    ("kind", "granted", "asked", "allowed"),
    [
        ("modules", "google", "google.cloud", True),
        ("modules", "goo", "google", False),
        ("modules", "google.cloud", "google", False),
        ("net", "a.example:443", "a.example:80", False),
        ("net", "*", "a.example:80", True),
        ("read", "/srv/data", "/srv/data/x", True),
        ("read", "/srv/data", "/srv/database", False),
        ("read", "/srv/data", "/srv/data/../secret", False),
        ("read", "/srv/data/", "/srv/data", True),
        ("read", "/srv/data", "/srv", False),
        ("env", "API", "API_KEY", False),
        ("rpc", "billing.*", "billing.pay", True),
        ("rpc", "billing.*", "billing2.pay", False),
        ("rpc", "billing.pay", "billing.*", False),
        ("rpc", "billing.pay", "billing.pay2", False),
        ("rpc", "billing.*", "billing", False),
        ("rpc", "billing.*", "billing.*", True),
        ("rpc", "*", "billing.pay", True),
        ("modules", "*", "google", True),
        ("modules", "google", "google", True),
        ("env", "*", "API_KEY", True),
        ("env", "API_KEY", "API_KEY", True),
        ("net", "a.example:443", "a.example:443", True),
        ("read", "/", "/srv/data", True),
        ("read", "/srv/other/../data", "/srv/data/x", True),
        ("write", "/srv/data", "/srv/data", True),
        ("write", "/srv/data/x", "/srv/data", False),
    ],
)
def test_what_a_grant_covers(kind: str, granted: str, asked: str, allowed: bool):
    policy = Policy(permissions=Permissions(**{kind: (asked,)}))
    assert (grants.missing(policy, Grants(permissions=Permissions(**{kind: (granted,)}))) is None) is allowed


def test_of_a_wide_wish_only_the_granted_part_is_allowed():
    asked = Policy(permissions=Permissions(modules=("*",), rpc=("billing.*",), read=("/srv",)))
    granted = Grants(permissions=Permissions(modules=("httpx",), rpc=("billing.pay", "mail.send"), read=("/srv/data",)))
    allowed = Permissions(modules=("httpx",), rpc=("billing.pay",), read=("/srv/data",))
    assert effective(asked, granted).permissions == allowed


def test_who_may_write_a_folder_may_read_it():
    asked = Policy(permissions=Permissions(read=("/srv/data",)))
    assert grants.missing(asked, Grants(permissions=Permissions(write=("/srv",)))) is None


def test_who_may_read_a_folder_may_not_write_it():
    asked = Policy(permissions=Permissions(write=("/srv/data",)))
    lack = grants.missing(asked, Grants(permissions=Permissions(read=("/srv",))))
    assert lack == Grants(permissions=Permissions(write=("/srv/data",)))


def test_trusted_code_must_be_granted_too():
    asked = Policy(code="trusted")
    assert grants.missing(asked, Grants()) == Grants(code="trusted")
    assert effective(asked, Grants()).code == "restricted"
    assert effective(asked, Grants(code="trusted")).code == "trusted"
    assert effective(Policy(), Grants(code="trusted")).code == "restricted"


def test_limits_of_the_settings_come_before_those_of_the_manifest():
    manifest = Manifest(name="shop", policy=Policy(limits=Limits(workers=2, timeout=7.0)))
    limits = grants.effective(manifest, settings(timeout=1.5, memory=2.0**20)).limits
    assert (limits.workers, limits.timeout, limits.memory) == (2, 1.5, 1048576)
    assert type(limits.memory) is int


def test_what_is_not_granted_cannot_be_taken_away_and_the_error_lists_what_is():
    granted = Grants(permissions=Permissions(net=("a.example:443",)))
    with pytest.raises(
        grants.NotGranted, match=r"not been granted net=b\.example:443.*Granted are: net=a\.example:443"
    ):
        grants.remove("shop", granted, Grants(permissions=Permissions(net=("b.example:443",))))


def test_taking_a_grant_away_leaves_the_others():
    granted = Grants(code="trusted", permissions=Permissions(net=("a.example:443",), env=("A", "B"), subprocess=True))
    less = Grants(permissions=Permissions(env=("A",)))
    assert grants.listed(grants.remove("shop", granted, less)) == [
        "code=trusted", "net=a.example:443", "env=B", "subprocess=true",
    ]  # fmt: skip
    code = grants.remove("shop", granted, Grants(code="trusted"))
    assert grants.listed(code) == ["net=a.example:443", "env=A", "env=B", "subprocess=true"]
    programs = grants.remove("shop", granted, Grants(permissions=Permissions(subprocess=True)))
    assert grants.listed(programs) == ["code=trusted", "net=a.example:443", "env=A", "env=B"]


def test_where_nothing_was_granted_the_error_says_so():
    for less, line in (
        (Grants(code="trusted"), "code=trusted"),
        (Grants(permissions=Permissions(subprocess=True)), "subprocess=true"),
    ):
        with pytest.raises(grants.NotGranted, match=f"shop has not been granted {line}.*Granted are: nothing"):
            grants.remove("shop", Grants(), less)


def test_grants_added_twice_are_there_once_and_in_order():
    more = Grants(permissions=Permissions(env=("B", "A")))
    once = grants.add(Grants(), more)
    assert grants.add(once, more) == once == Grants(permissions=Permissions(env=("A", "B")))
    assert (
        grants.add(Grants(code="trusted"), Grants()).code
        == grants.add(Grants(), Grants(code="trusted")).code
        == "trusted"
    )
    programs = Grants(permissions=Permissions(subprocess=True))
    assert grants.add(programs, Grants()) == grants.add(Grants(), programs) == programs


def test_programs_are_started_where_they_are_asked_for_and_granted():
    asks, grant = Policy(permissions=Permissions(subprocess=True)), Grants(permissions=Permissions(subprocess=True))
    assert effective(asks, grant).permissions.subprocess
    assert not effective(asks, Grants()).permissions.subprocess
    assert not effective(Policy(), grant).permissions.subprocess
    assert grants.missing(asks, Grants()) == grant
    assert grants.missing(asks, grant) is None


def test_a_pattern_that_no_manifest_could_ask_for_is_no_grant():
    with pytest.raises(grants.GrantInvalid, match="`net`: "):
        grants.check(Grants(permissions=Permissions(env=("A",), net=("not a host",))))
    grants.check(Grants(permissions=Permissions(env=("A",), net=("a.example:443",))))


def test_more_than_an_app_may_be_granted_is_refused_with_the_bound():
    many = Grants(permissions=Permissions(env=tuple(f"A{number}" for number in range(200))))
    more = Grants(permissions=Permissions(env=tuple(f"B{number}" for number in range(57))))
    with pytest.raises(
        grants.GrantInvalid, match="`env`: with what is granted already, it has 257 entries; 256 entries"
    ):
        grants.add(many, more)


def test_an_error_about_grants_lists_a_few_of_them():
    many = Grants(permissions=Permissions(env=tuple(f"A{number}" for number in range(200))))
    with pytest.raises(grants.NotGranted) as caught:
        grants.remove("shop", many, Grants(permissions=Permissions(env=("B",))))
    assert str(caught.value).count("env=A") == grants.SHOWN
    assert "…" in str(caught.value)


def test_a_limit_that_this_version_does_not_know_is_passed_over():
    assert grants.limited(Limits(), {"of_the_future": 1.0, "workers": 3.0}) == Limits(workers=3)
