from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.policy import Permissions
from vaas.platform.manifest.grant_policy import RuleInvalid, check_rule, denied
from vaas.platform.records.bounds import LIST, RULES
from vaas.platform.records.records import Grants

NET = Grants(permissions=Permissions(net=("api.example.com:443",)))


def grants(**permissions: object) -> Grants:
    return Grants(permissions=Permissions(**permissions))  # type: ignore[arg-type]


def test_without_rules_everything_may_be_granted():
    assert denied(Grants(code="trusted", permissions=Permissions(net=("*",), subprocess=True)), []) == []


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("net=*", grants(net=("*",))),
        ("net=*", NET),
        ("net=api.example.com:443", NET),
        ("net=api.example.com:443", grants(net=("*",))),
        ("net=*.example.com:*", NET),
        ("code=trusted", Grants(code="trusted")),
        ("subprocess=true", grants(subprocess=True)),
        ("modules=*", grants(modules=("httpx",))),
        ("modules=os", grants(modules=("os.path",))),
        ("modules=os.path", grants(modules=("os",))),
        ("read=/etc", grants(read=("/etc/passwd",))),
        ("read=/etc", grants(read=("/",))),
        ("read=/etc", grants(write=("/etc",))),
        ("write=/etc", grants(write=("/",))),
        ("env=AWS_*", grants(env=("AWS_SECRET",))),
        ("rpc=billing.*", grants(rpc=("billing.charge",))),
        ("rpc=billing.charge", grants(rpc=("billing.*",))),
    ],
)
def test_a_rule_denies_what_it_covers_and_what_would_cover_it(rule: str, given: Grants):
    assert [found for _, found in denied(given, [rule])] == [rule]


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("net=other.example.com:443", NET),
        ("modules=*", NET),
        ("modules=os", grants(modules=("ossify",))),
        ("read=/etc", grants(read=("/etcetera",))),
        ("write=/etc", grants(read=("/etc",))),
        ("code=trusted", NET),
    ],
)
def test_a_rule_denies_nothing_else(rule: str, given: Grants):
    assert denied(given, [rule]) == []


def test_what_is_allowed_may_be_granted_although_a_rule_concerns_it():
    both = grants(net=("api.example.com:443", "db.example.com:5432"))
    assert denied(both, ["net=*"], ["net=api.example.com:443"]) == [("net=db.example.com:5432", "net=*")]


@pytest.mark.parametrize("kind", ["read", "rpc", "modules"])
def test_the_most_grants_are_compared_with_the_most_rules_in_seconds(kind: str):
    head = "/" if kind == "read" else "a."
    given = grants(**{kind: tuple(head + f"*{number}?" * 20 for number in range(LIST.most))})
    rules = [f"{kind}={head}" + f"*a{number}" * 100 + "[" for number in range(RULES.most)]
    began = process_time()
    denied(given, rules, rules)
    assert process_time() - began < 10  # in a thread; a second here


def test_an_exception_does_not_let_the_whole_through():
    assert denied(grants(net=("*",)), ["net=*"], ["net=api.example.com:443"]) == [("net=*", "net=*")]


@pytest.mark.parametrize("rule", ["", "net", "net=", "network=*", "code=restricted", "subprocess=false", "=x"])
def test_a_rule_that_is_no_grant_is_refused(rule: str):
    with pytest.raises(RuleInvalid):
        check_rule(rule)


@given(st.sampled_from(["net=a.b:1", "modules=x", "read=/x", "env=A", "code=trusted", "subprocess=true", "net=*"]))
def test_a_rule_that_is_accepted_denies_the_grant_it_spells(rule: str):
    check_rule(rule)
    kind, _, pattern = rule.partition("=")
    if kind == "code":
        spelled = Grants(code="trusted")
    else:
        spelled = grants(**{kind: True if kind == "subprocess" else (pattern,)})
    assert denied(spelled, [rule]) == [(rule, rule)]
