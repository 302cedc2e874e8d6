"""The node's own log, while apps try to write it."""

from __future__ import annotations

import re
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
