"""The node's own log, while apps try to write it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.apps import TRUSTED
from tests.e2e.running import Running, running
from vaas.platform.node.log_limits import LINES

DATED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")

FORGED = "2026-11-27 20:00:00 all is well"
FORGING = f"""
def app(environ, start_response):
    return []

raise RuntimeError("boom\\n{FORGED}\\r\\x1b[2J\\u2028{FORGED}\\u202e")
"""
ENTRY = 'entry = "app:app"\n' + TRUSTED
ROW = "v99  ready  100 %"

SHORT = """
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
    await send({"type": "http.response.body", "body": b"four", "more_body": True})
    await send({"type": "http.response.body", "body": b""})
"""

HOSTILE = """
import gc
import json

def app(environ, start_response):
    [output] = [it for it in gc.get_objects() if type(it).__name__ == "HostOutput"]
    encode = output._sent.__func__.__globals__["encode"]
    print("\\ud800 told", flush=True)
    for packet in json.loads(environ["wsgi.input"].read()):
        output._log.send(encode(packet))
    start_response("200 OK", [])
    return [environ["HTTP_X_REQUEST_ID"].encode()] if "HTTP_X_REQUEST_ID" in environ else [b""]
"""


def test_a_failing_import_forges_no_line_of_the_node_s_log_nor_of_a_command(platform: Running):
    folder = platform.app("forging", FORGING, ENTRY)
    done = platform.vaas("deploy", str(folder), "--grant", "-m", f"new\n{ROW}\x1b[2J", ok=False)
    assert done.returncode == 1
    log = (platform.home / "platform.err").read_text()
    lines = [line for line in log.split("\n") if "boom" in line]
    assert lines, log + done.stderr
    assert all(DATED.match(line) and f"boom\\n{FORGED}\\r\\x1b[2J\\u2028" in line for line in lines)
    told = done.stderr + "".join(
        platform.vaas(*words).stdout for words in (("releases", "forging"), ("show", "forging"), ("logs", "forging"))
    )
    assert "\x1b" not in log + told
    assert not [line for line in (log + told).splitlines() if line.startswith((FORGED, ROW))]


def test_an_app_that_floods_the_node_s_log_has_a_few_lines_and_their_count(tmp_path: Path):
    with running(tmp_path) as platform:
        platform.deploy("short", SHORT, ENTRY)
        for _ in range(LINES + 30):
            with pytest.raises(httpx.RemoteProtocolError):
                platform.get("/short/")
        platform.stop()
        lines = (platform.home / "platform.err").read_text().splitlines()
        about = [line for line in lines if "its stream is shorter" in line]
    assert len(about) == LINES + 1
    assert "… and 30 more of this kind in the last minute, the last: request " in about[-1]


def test_a_host_that_writes_its_records_itself_says_neither_when_nor_for_which_request(platform: Running):
    platform.deploy("hostile", HOSTILE, ENTRY)
    other = platform.get("/hostile/none").headers["x-request-id"].partition("-")[0]
    packets = [
        [15, 0, f"{other}-ffffff", "log", "info", f"of no request\n{ROW}"],
        [15, 0, "00000000-1", "log", "critical", "of another node"],
        [15, 0, "", "log", f"info\n{ROW}", "never seen"],
    ]
    assert httpx.post(f"{platform.gateway}/hostile/", json=packets).status_code in (200, 502)
    entries = [json.loads(line) for line in platform.vaas("logs", "hostile", "--json").stdout.splitlines()]
    told = {each["text"].partition("\n")[0]: each for each in entries}
    assert told["of no request"]["request"] == told["of another node"]["request"] == ""
    assert abs(told["of no request"]["time"] - time.time()) < 60
    assert "never seen" not in told
    assert "\\ud800 told" in told
    assert {each["level"] for each in entries} <= {"", "info", "warning", "error", "critical"}
    assert not [line for line in platform.vaas("logs", "hostile").stdout.splitlines() if line.startswith(ROW)]
    assert platform.get("/hostile/").status_code == 500  # a new host, which has no packets to read
