"""From a folder to an answer, and back: deploy, refuse, roll back, split."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.e2e.apps import ADDS, TALKS, TRUSTED, says
from tests.e2e.processes import hosts_of, wait_for_the_end_of
from tests.e2e.running import Running


def test_a_deployed_app_answers_by_path_and_says_so(platform: Running):
    folder = platform.app("path", says("here"))
    told = platform.vaas("deploy", str(folder)).stdout
    assert "v1" in told
    assert f"{platform.gateway}/path" in told
    assert platform.get("/path/").text == "here"
    assert platform.get("/path").headers["location"] == "/path/"


def test_an_app_answers_on_its_own_domain_with_its_path_unchanged(platform: Running):
    platform.deploy("domained", says("mine"))
    platform.vaas("domains", "add", "mine.example.com", "domained")
    answer = platform.get("/", headers={"host": "Mine.Example.com:80"})
    assert answer.text == "mine"


def test_a_domain_of_another_app_is_refused_by_name(platform: Running):
    platform.deploy("first-owner", says("a"))
    platform.deploy("second-owner", says("b"))
    platform.vaas("domains", "add", "taken.example.com", "first-owner")
    refused = platform.vaas("domains", "add", "taken.example.com", "second-owner", ok=False)
    assert refused.returncode == 1
    assert "first-owner" in refused.stderr


def test_a_redeploy_of_the_same_bundle_does_nothing_and_says_so(platform: Running):
    folder = platform.deploy("same", says("same"))
    told = platform.vaas("deploy", str(folder)).stdout
    assert "already" in told
    assert [release["number"] for release in platform.json("releases", "same")] == [1]


def test_a_syntax_error_is_refused_with_file_and_line_and_the_old_release_answers(platform: Running):
    platform.deploy("syntax", says("old"))
    folder = platform.app("syntax", says("new") + "\ndef broken(:\n")
    refused = platform.vaas("deploy", str(folder), ok=False)
    assert refused.returncode == 1
    assert "app.py:9" in refused.stderr + refused.stdout
    assert platform.get("/syntax/").text == "old"


def test_a_release_that_fails_to_import_never_gets_traffic_and_shows_its_traceback(platform: Running):
    platform.deploy("fails", says("old"))
    folder = platform.app("fails", says("new") + "\nraise RuntimeError('no luck today')\n")
    refused = platform.vaas("deploy", str(folder), ok=False)
    told = refused.stderr + refused.stdout
    assert refused.returncode == 1
    assert "no luck today" in told
    assert "app.py:9" in told or "line 9" in told
    assert platform.get("/fails/").text == "old"
    assert platform.json("releases", "fails")[0]["outcome"]["state"] == "failed"


def test_an_import_that_is_not_allowed_names_the_line_and_the_key_that_asks_for_it(platform: Running):
    folder = platform.app("imports", "import socket\n" + says("x"))
    told = platform.vaas("deploy", str(folder), ok=False)
    text = told.stderr + told.stdout
    assert told.returncode == 1
    assert "app.py:1" in text
    assert "socket" in text
    assert "modules" in text


def test_a_failed_deploy_can_be_fixed_forward(platform: Running):
    folder = platform.app("forward", "raise RuntimeError('x')\n")
    platform.vaas("deploy", str(folder), ok=False)
    platform.deploy("forward", says("fixed"))
    assert platform.get("/forward/").text == "fixed"


def test_rollback_goes_back_to_the_release_before_and_latest_forward_again(platform: Running):
    platform.deploy("back", says("one"))
    platform.deploy("back", says("two"))
    assert platform.get("/back/").text == "two"
    platform.vaas("rollback", "back")
    assert platform.get("/back/").text == "one"
    platform.vaas("traffic", "back", "latest")
    assert platform.get("/back/").text == "two"


def test_traffic_can_be_split_and_the_split_is_about_right(platform: Running):
    platform.deploy("split", says("one"))
    platform.deploy("split", says("two"))
    platform.vaas("traffic", "split", "v1=50", "v2=50")
    with httpx.Client() as client:
        counted = Counter(client.get(f"{platform.gateway}/split/").text for _ in range(200))
    assert counted["one"] + counted["two"] == 200
    # A fair coin falls outside of 60 to 140 heads in 200 about once in ten million times.
    assert 60 < counted["one"] < 140


def test_a_sticky_split_keeps_a_browser_on_its_side(platform: Running):
    platform.deploy("sticky", says("one"))
    platform.deploy("sticky", says("two"))
    platform.vaas("traffic", "sticky", "v1=0.5", "v2=0.5", "--sticky", "cookie")
    for _ in range(5):
        with httpx.Client() as browser:
            assert len({browser.get(f"{platform.gateway}/sticky/").text for _ in range(10)}) == 1


def test_weights_of_a_missing_release_are_refused(platform: Running):
    platform.deploy("weights", says("one"))
    refused = platform.vaas("traffic", "weights", "v1=50", "v9=50", ok=False)
    assert refused.returncode == 1
    assert "v9" in refused.stderr


def test_a_release_at_no_traffic_answers_who_picks_it_with_a_token(platform: Running):
    platform.deploy("smoke", says("one"))
    folder = platform.app("smoke", says("two"))
    platform.vaas("deploy", str(folder), "--no-traffic")
    assert platform.get("/smoke/").text == "one"
    made = platform.json("tokens", "create", "smoke-test", "--role", "deployer", "--app", "smoke")
    picked = {"x-vaas-release": "v2", "x-vaas-token": made["token"]}
    assert platform.get("/smoke/", headers=picked).text == "two"
    bearer = {"x-vaas-release": "v2", "authorization": f"Bearer {made['token']}"}
    assert platform.get("/smoke/", headers=bearer).text == platform.get("/smoke/", headers=picked).text
    assert platform.get("/smoke/", headers={"x-vaas-release": "v2"}).status_code == 403


def test_code_that_asks_for_trust_waits_until_it_is_granted(platform: Running):
    folder = platform.app("trust", says("trusted"), TRUSTED)
    waiting = platform.vaas("deploy", str(folder), ok=False)
    assert "trusted" in waiting.stdout + waiting.stderr
    assert platform.get("/trust/").status_code in (404, 503)
    platform.vaas("grant", "trust", "--release", "v1")
    platform.vaas("deploy", str(folder))
    assert platform.get("/trust/").text == "trusted"


def test_settings_reach_the_running_app_and_can_be_reverted(platform: Running):
    code = says("x").replace("return 'x'", "return vaas.env.get('MOOD', 'none')")
    platform.deploy("moody", code)
    assert platform.get("/moody/").text == "none"
    platform.vaas("settings", "moody", "set", "env.MOOD=glad")
    platform.vaas("deploy", str(platform.home / "apps/moody"))
    answers = {platform.get("/moody/").text for _ in range(3)}
    assert "glad" in answers
    history = platform.json("settings", "moody", "history")
    assert any("env.MOOD" in revision["change"] for revision in history)


def test_an_app_that_is_removed_answers_no_more(platform: Running):
    platform.deploy("leaving", says("still here"))
    platform.vaas("rm", "leaving", "--yes")
    assert platform.get("/leaving/").status_code == 404


def test_logs_show_print_logging_and_tracebacks_with_release_and_request(platform: Running):
    platform.deploy("talks", TALKS)
    trace = platform.get("/talks/").headers["x-request-id"]
    failed = platform.get("/talks/fails")
    assert failed.status_code == 500
    assert failed.json()["request_id"] == failed.headers["x-request-id"]
    assert "deliberate" not in failed.text
    lines = [line for line in platform.vaas("logs", "talks").stdout.splitlines() if line]
    printed = next(line for line in lines if "printed this" in line)
    assert trace in printed
    assert "v1" in printed
    assert any("logged this" in line and "warning" in line.lower() for line in lines)
    assert any("ValueError: deliberate" in line for line in lines)
    assert any(re.search(r"app\.py.*14", line) for line in lines)


def test_rpc_can_be_called_from_the_command_line(platform: Running):
    platform.deploy("adds", ADDS)
    assert platform.vaas("call", "adds.add", '{"a": 1, "b": 2}').stdout.strip() == "3"
    misfit = platform.vaas("call", "adds.add", '{"a": "one", "b": 2}', ok=False)
    assert misfit.returncode == 1
    assert "a" in misfit.stderr


def test_the_host_of_a_replaced_release_ends_when_its_last_request_has(own_platform: Running):
    slow = says("old").replace("return 'old'", "import asyncio; await asyncio.sleep(2); return 'old'")
    own_platform.deploy("replaced", slow, manifest="[limits]\nidle = '10m'\n")
    [old] = hosts_of(own_platform)
    with ThreadPoolExecutor(1) as thread:
        under_way = thread.submit(own_platform.get, "/replaced/")
        while not own_platform.json("status")["apps"][0]["in_flight"]:
            pass
        own_platform.deploy("replaced", says("new"), manifest="[limits]\nidle = '10m'\n")
        assert own_platform.get("/replaced/").text == "new"
        assert under_way.result().text == "old"
    wait_for_the_end_of(old)
    assert own_platform.get("/replaced/").text == "new"
