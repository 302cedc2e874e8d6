"""``vaas deploy`` as its author sees it: a real folder, really packed, against a platform whose answers are given."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile

import pytest

from tests.cli.fake_platform import Answer, detail, policy, release, settings, traffic


@pytest.fixture
def platform(api):
    """Takes a new bundle, and releases it as v4, which answers. Tests say what is different."""
    api.on("GET", "/bundles/*", {"exists": False})
    api.on("PUT", "/bundles/*", {"digest": "", "size": 0}, status=201)
    api.on("POST", "/apps/shop/releases", {"may_grant": True, "created": True, "release": release(4, None)}, status=201)
    api.on("GET", "/apps/shop/releases/4", release(4, "ready"))
    api.on("GET", "/apps/shop", detail(domains=["shop.example.com"], traffic=traffic(latest=4)))
    api.on("GET", "/apps/shop/releases", [release(4, "ready"), release(3, "ready", share=0.0)])
    return api


def failed(**told):
    facts = {
        "error": "ZeroDivisionError: no",
        "where": "app.py:7",
        "traceback": "Traceback (most\n  in f",
    }
    return release(4, "failed", told={**facts, **told})


def waiting():
    asked = policy("trusted", net=["a.example.com:443", "b.example.com:443"])
    missing = policy("trusted", net=["b.example.com:443"])
    return release(4, "waiting", asked=asked, told={"missing": missing})


def test_a_deploy_prints_one_line_with_release_seconds_and_addresses(vaas, platform, shop):
    result = vaas("deploy")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("shop v4 is ready in ")
    assert result.stdout.endswith(": http://127.0.0.1:8080/shop/  http://shop.example.com:8080/\n")
    assert result.stdout.count("\n") == 1


def test_the_bundle_holds_the_folder_and_goes_up_before_the_release_is_made(vaas, platform, shop):
    vaas("deploy", "-m", "new prices")
    bundle, order = (next(seen for seen in platform.seen if seen.method == method) for method in ("PUT", "POST"))
    assert zipfile.ZipFile(io.BytesIO(bundle.body)).namelist() == ["app.py", "vaas.toml"]
    digest = hashlib.sha256(bundle.body).hexdigest()
    assert bundle.path.endswith(f"/bundles/{digest}")
    assert order.json == {"digest": digest, "message": "new prices", "traffic": True, "grant": False}
    assert platform.seen.index(bundle) < platform.seen.index(order)


def test_a_database_that_stays_here_is_named(vaas, platform, shop):
    (shop / "words.db").write_text("")
    (shop / "app.log").write_text("")
    assert vaas("deploy").stderr.startswith("Not in the bundle: words.db. An app keeps its data in /data; ")


def test_a_bundle_that_the_platform_has_is_not_sent_again(vaas, platform, shop):
    platform.on("GET", "/bundles/*", {"exists": True})
    assert vaas("deploy").exit_code == 0
    assert platform.requests("PUT") == []


def test_the_outcome_is_waited_for_as_often_as_it_takes(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", release(4, None), release(4, "starting"), release(4, "ready"))
    assert vaas("deploy").exit_code == 0
    waits = platform.requests("GET", "/releases/4")
    assert [float(seen.query["wait"]) > 0 for seen in waits] == [True, True, True]


def test_the_same_bundle_again_is_nothing_to_do(vaas, platform, shop):
    platform.on("POST", "/apps/shop/releases", {"may_grant": True, "created": False, "release": release(3)})
    platform.on("GET", "/apps/shop/releases/3", release(3))
    result = vaas("deploy")
    assert (result.exit_code, result.stdout) == (0, "shop is already deployed as v3: nothing to do.\n")


def test_a_release_without_traffic_says_how_it_gets_some(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", release(4, "ready", traffic=False, share=0.0))
    result = vaas("deploy", "--no-traffic")
    assert platform.requests("POST")[0].json["traffic"] is False
    assert "without traffic: `vaas traffic shop lock v4` lets it answer" in result.stdout


def test_a_release_behind_traffic_that_is_set_by_hand_says_so(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", release(4, "ready", share=0.0))
    assert "`vaas traffic shop latest` lets it answer" in vaas("deploy").stdout


def test_a_release_that_fails_shows_where_why_and_who_still_answers(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", failed())
    platform.on("GET", "/apps/shop/releases", [failed(), release(3, "ready")])
    result = vaas("deploy")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "shop v4 failed to start:\n"
        "  app.py:7: ZeroDivisionError: no\n"
        "    Traceback (most\n"
        "      in f\n"
        "v3 still answers.\n"
    )


def test_a_first_release_that_fails_says_that_no_release_answers(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", failed(traceback="", where=""))
    platform.on("GET", "/apps/shop/releases", [failed()])
    assert vaas("deploy").stderr.endswith("No release answers.\n")


def test_a_traceback_cannot_move_the_terminal(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", failed(error="\x1b[2Jgone", traceback="\x1b]0;title\x07"))
    result = vaas("deploy")
    assert "\x1b" not in result.output
    assert "\\x1b[2Jgone" in result.stderr


def test_a_release_that_asks_for_more_shows_the_difference_and_how_to_grant_it(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", waiting())
    platform.on("GET", "/apps/shop/releases", [waiting(), release(3, "ready")])
    result = vaas("deploy")
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines[1:4] == ["    net=a.example.com:443  (granted)", "  + code=trusted", "  + net=b.example.com:443"]
    assert "`vaas deploy --grant`" in lines[4]
    assert "`vaas grant shop --release v4`" in lines[4]
    assert lines[5] == "v3 still answers."


def test_a_pipe_is_not_asked(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", waiting())
    result = vaas("deploy", stdin="y\n")
    assert (result.exit_code, platform.requests("POST", "/grants")) == (1, [])


def test_a_yes_on_a_terminal_grants_and_waits_until_it_answers(vaas, platform, shop, monkeypatch):
    monkeypatch.setattr("vaas_cli.commands.deploy.is_attended", lambda: True)
    platform.on("GET", "/apps/shop/releases/4", waiting(), release(4, None), release(4, "ready"))
    platform.on("POST", "/apps/shop/grants", settings())
    result = vaas("deploy", stdin="y\n")
    assert platform.requests("POST", "/grants")[0].json == {"release": 4}
    assert (result.exit_code, "shop v4 is ready" in result.stdout) == (0, True)


def test_a_deployer_is_not_asked_but_told_who_may_grant(vaas, platform, shop, monkeypatch):
    monkeypatch.setattr("vaas_cli.commands.deploy.is_attended", lambda: True)
    made = {"may_grant": False, "created": True, "release": release(4, None)}
    platform.on("POST", "/apps/shop/releases", made)
    platform.on("GET", "/apps/shop/releases/4", waiting())
    result = vaas("deploy", "--grant", stdin="y\n")
    assert (result.exit_code, platform.requests("POST", "/grants")) == (1, [])
    assert "by an owner of it or an admin, `vaas grant shop --release v4`" in result.stderr


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_a_no_on_a_terminal_grants_nothing(vaas, platform, shop, monkeypatch, answer):
    monkeypatch.setattr("vaas_cli.commands.deploy.is_attended", lambda: True)
    platform.on("GET", "/apps/shop/releases/4", waiting())
    assert vaas("deploy", stdin=answer).exit_code == 1
    assert platform.requests("POST", "/grants") == []


def test_granting_can_be_said_beforehand(vaas, platform, shop):
    vaas("deploy", "--grant")
    assert platform.requests("POST")[0].json["grant"] is True


def test_violations_are_all_told_and_nothing_is_sent(vaas, platform, shop):
    (shop / "bad.py").write_text("import httpx\nimport numpy\n")
    result = vaas("deploy")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("bad.py:1: denied-import: httpx")
    assert "bad.py:2: denied-import: numpy" in result.stderr
    assert platform.seen == []


def test_one_bad_app_keeps_the_others_from_being_deployed(vaas, platform, shop, tmp_path):
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "vaas.toml").write_text("wrkers = 1\n")
    assert vaas("deploy", shop, bad).exit_code == 1
    assert platform.seen == []


def test_several_apps_are_deployed_and_one_that_fails_stops_no_other(vaas, platform, shop, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "vaas.toml").write_text("")
    (other / "app.py").write_text((shop / "app.py").read_text())
    platform.on("GET", "/apps/shop/releases/4", failed())
    platform.on(
        "POST", "/apps/other/releases", {"may_grant": True, "created": True, "release": release(1, None, "other")}
    )
    platform.on("GET", "/apps/other/releases/1", release(1, "ready", "other"))
    platform.on("GET", "/apps/other/releases", [release(1, "ready", "other")])
    platform.on("GET", "/apps/other", detail("other"))
    result = vaas("deploy", shop, other)
    assert (result.exit_code, result.stdout.startswith("other v1 is ready")) == (1, True)


def test_what_the_platform_refuses_is_said_in_its_own_words(vaas, platform, shop):
    platform.refuse("POST", "/apps/shop/releases", 403, 'The token "ci" may not deploy shop.')
    result = vaas("deploy")
    assert (result.exit_code, result.stderr) == (1, 'error: The token "ci" may not deploy shop.\n')


def test_a_message_of_the_platform_keeps_its_lines(vaas, platform, shop):
    platform.refuse("POST", "/apps/shop/releases", 422, "vaas.toml:1: wrong\nvaas.toml:2: wrong")
    assert vaas("deploy").stderr == "error: vaas.toml:1: wrong\n  vaas.toml:2: wrong\n"


def test_the_steps_are_told_when_asked_for(vaas, platform, shop):
    told = vaas("deploy", "-v").stderr
    assert all(f"{step} " in told for step in ("pack", "upload", "release", "start", "node unpack", "node start"))


def test_json_tells_all_of_it_in_one_document(vaas, platform, shop):
    result = vaas("deploy", "--json")
    (found,) = json.loads(result.stdout)
    assert (found["app"], found["created"], found["url"]) == ("shop", True, "http://127.0.0.1:8080/shop/")
    assert found["release"] == release(4, "ready")
    assert set(found["steps"]) == {"pack", "upload", "release", "start"}
    assert 0 < sum(found["steps"].values()) <= found["seconds"]


def test_json_of_a_failure_tells_the_outcome_too(vaas, platform, shop):
    platform.on("GET", "/apps/shop/releases/4", failed())
    result = vaas("deploy", "--json")
    assert (result.exit_code, json.loads(result.stdout)[0]["release"]["outcome"]["where"]) == (1, "app.py:7")


def test_a_release_that_never_gets_an_outcome_is_given_up_with_what_to_look_at(vaas, platform, shop, monkeypatch):
    monkeypatch.setattr("vaas_cli.deploy_report.PATIENCE", 0.05)
    platform.on("GET", "/apps/shop/releases/4", release(4, None))
    result = vaas("deploy")
    assert (result.exit_code, "`vaas releases shop`" in result.stderr) == (1, True)


def test_a_platform_that_stops_in_the_middle_is_an_error_that_names_it(vaas, platform, shop):
    broken = Answer(raw=b"{", headers={"Content-Length": "100", "Connection": "close"})
    platform.on("GET", "/apps/shop/releases/4", broken)
    result = vaas("deploy")
    assert (result.exit_code, f"The connection to {platform.url} broke" in result.stderr) == (1, True)


def test_a_folder_that_is_no_app_is_told_so(vaas, platform, tmp_path):
    result = vaas("deploy", tmp_path)
    assert (result.exit_code, "vaas init" in result.stderr) == (1, True)
    assert platform.seen == []


def test_packages_that_the_platform_builds_are_not_sent(vaas, platform, shop, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    platform.on("POST", "/layers", {"digest": "b" * 64, "size": 9, "modules": ["tiny"], "lock": "tiny==1\n"})
    (shop / "requirements.txt").write_text("tiny==1\n")
    assert vaas("deploy", "--build").exit_code == 0
    (sent,) = platform.requests("PUT")
    with zipfile.ZipFile(io.BytesIO(sent.body)) as bundle:
        assert json.loads(bundle.read("_vendor/layer.json")) == {"layer": "b" * 64}


def test_what_the_platform_builds_is_for_the_platform(vaas, platform, shop):
    result = vaas("deploy", "--build", "--python-platform", "linux")
    assert (result.exit_code, "--build takes the platform's own" in result.stderr) == (2, True)
    assert platform.requests("PUT") == []
