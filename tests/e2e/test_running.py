"""``vaas run`` against a real platform: streams, exit codes, Ctrl-C, who may, and what is kept of it."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import termios

import pytest

from tests.e2e.apps import TRUSTED, says
from tests.e2e.processes import wait_for_the_end_of
from tests.e2e.running import VAAS, Running

SCRIPT = """
import sys
from pathlib import Path

kept = Path("/data/kept")
kept.write_text((kept.read_text() if kept.exists() else "") + sys.stdin.read())
print(kept.read_text(), end="")
print("to stderr", file=sys.stderr)
sys.exit(int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def shop(platform: Running) -> str:
    folder = platform.app("runs", says("hello"), TRUSTED)
    (folder / "job.py").write_text(SCRIPT)
    platform.vaas("deploy", str(folder), "--grant")
    return "runs"


def test_a_command_runs_in_the_app_with_its_input_its_output_and_its_exit_code(platform: Running, shop: str) -> None:
    done = platform.vaas("run", shop, "--", "python", "job.py", "3", stdin="first ", ok=False)
    assert (done.stdout, done.stderr, done.returncode) == ("first ", "to stderr\n", 3)
    done = platform.vaas("run", shop, "--", "python", "job.py", "0", stdin="second")
    assert done.stdout == "first second"


def test_what_was_run_is_kept_with_who_ran_it_and_how_it_ended(platform: Running, shop: str) -> None:
    platform.vaas("run", shop, "--", "python", "-c", "raise SystemExit(4)", ok=False)
    newest = platform.json("run", shop, "--history")[0]
    assert newest["command"] == ["python", "-c", "raise SystemExit(4)"]
    assert newest["exit_code"] == 4
    assert newest["by"] == platform.json("whoami")["name"]
    assert newest["ended_at"] > newest["at"]
    assert "python -c 'raise SystemExit(4)'" in platform.vaas("run", shop, "--history").stdout


def test_output_is_seen_while_it_runs_and_ctrl_c_ends_it(platform: Running, shop: str) -> None:
    code = "import time\ntry:\n    print('begun')\n    time.sleep(60)\nfinally:\n    print('tidied')"
    with subprocess.Popen(
        [VAAS, "run", shop, "--", "python", "-c", code],
        env=platform.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20)[0] == "tidied\n"
        assert process.returncode == 130
    assert platform.json("run", shop, "--history")[0]["exit_code"] == 130


def test_at_a_terminal_the_command_has_one_too(platform: Running, shop: str) -> None:
    """Its size, its kind, unseen passwords, and Ctrl-C as a key; the user's own terminal is as before at the end."""
    code = "import getpass, os, time\nprint(os.environ['TERM'], *os.get_terminal_size(), getpass.getpass('word? '))\n" \
        "print('go')\nwhile True: time.sleep(0.01)"  # fmt: skip
    ours, its = pty.openpty()
    before = termios.tcgetattr(its)
    termios.tcsetwinsize(its, (33, 111))
    command = [VAAS, "run", shop, "--", "python", "-c", code]
    environ = {**platform.environ, "TERM": "vt100"}
    with subprocess.Popen(command, env=environ, stdin=its, stdout=its, stderr=its) as process:
        screen = b""
        for awaited, typed in ((b"word? ", b"secret\r"), (b"go\r\n", b"\x03"), (b"KeyboardInterrupt", b"")):
            while awaited not in screen:
                assert select.select([ours], [], [], 30)[0], screen
                screen += os.read(ours, 4096)
            os.write(ours, typed)
        assert process.wait(20) == 130
    assert screen.startswith(b"word? \r\nvt100 111 33 secret\r\ngo\r\n")
    assert termios.tcgetattr(its) == before
    os.close(ours)
    os.close(its)


def test_a_caller_that_goes_away_ends_its_command(platform: Running, shop: str) -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with subprocess.Popen(
        [VAAS, "run", shop, "--", "python", "-c", code],
        env=platform.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
    wait_for_the_end_of(pid)


def test_one_that_takes_too_long_is_ended_with_124_and_says_so(platform: Running, shop: str) -> None:
    done = platform.vaas(
        "run", shop, "--timeout", "300ms", "--", "python", "-c", "import time; time.sleep(60)", ok=False
    )
    assert done.returncode == 124
    assert "it took longer than 300ms" in done.stderr


def test_a_deployer_runs_commands_of_its_own_app_only_and_a_viewer_none(platform: Running, shop: str) -> None:
    platform.deploy("runs-other", says("x"), TRUSTED)
    made = {}
    for role, words in (("deployer", ("--app", shop)), ("viewer", ())):
        made[role] = platform.json("tokens", "create", role, "--role", role, *words)["token"]

    def run(role: str, app: str) -> subprocess.CompletedProcess[str]:
        environ = {**platform.environ, "VAAS_TOKEN": made[role]}
        command = [VAAS, "run", app, "--", "python", "-c", "print('ran')"]
        return subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    assert run("deployer", shop).stdout == "ran\n"
    for role, app in (("deployer", "runs-other"), ("viewer", shop)):
        done = run(role, app)
        assert done.returncode == 1
        assert f"may not run commands of {app}" in done.stderr


def test_an_app_that_is_not_there_or_does_not_answer_is_told(platform: Running) -> None:
    done = platform.vaas("run", "no-such-app", "--", "python", ok=False)
    assert (done.returncode, "There is no app no-such-app" in done.stderr) == (1, True)


def test_a_restricted_app_is_told_what_it_may_run(platform: Running) -> None:
    platform.deploy("runs-restricted", says("x"))
    done = platform.vaas("run", "runs-restricted", "--", "python", "-c", "print(6 * 7)")
    assert done.stdout == "42\n"
    done = platform.vaas("run", "runs-restricted", "--", "python", "-m", "timeit", ok=False)
    assert done.returncode == 126
    assert "restricted code runs its own files and modules only" in done.stderr
