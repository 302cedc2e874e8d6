"""How a command of an app ends: with the exit code that Python would have, and with what went wrong said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from textwrap import dedent

import pytest

from vaas.core.host.program import exit_code
from vaas.core.virtual.program import CannotRun


def ends(error: BaseException | None) -> Callable[[], None]:
    def run() -> None:
        if error is not None:
            raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 0, ""),
        (SystemExit(), 0, ""),
        (SystemExit(3), 3, ""),
        (SystemExit("not today"), 1, "not today\n"),
        (KeyboardInterrupt(), 130, "KeyboardInterrupt\n"),
        (CannotRun("there is no such file", 127), 127, "vaas run: there is no such file\n"),
        (ValueError("wrong"), 1, "ValueError: wrong\n"),
    ],
)
def test_the_code_is_python_s(
    error: BaseException | None, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(ends(error)) == code
    assert capsys.readouterr().err.endswith(said)


FINISHING = """
import atexit, io, os, sys, threading, time
from vaas.core.host.program import _finish, _open_streams
_open_streams()
atexit.register(lambda: print("exit function"))
threading.Thread(target=lambda: (time.sleep(0.05), print("thread"))).start()
print("main")
"""


def test_threads_are_waited_for_and_exit_functions_run_before_it_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FINISHING + "os._exit(_finish())"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout.split("\n")) == (0, ["main", "thread", "exit function", ""])


def test_what_cannot_be_written_at_the_end_is_an_exit_code_as_python_has_it() -> None:
    code = """
    import os, sys
    from vaas.core.host.program import _finish, _open_streams
    _open_streams()
    read, write = os.pipe()
    os.dup2(write, 1)
    os.close(read)
    sys.stdout.write("no line end")
    os._exit(_finish())
    """
    assert subprocess.run([sys.executable, "-c", dedent(code)], timeout=60).returncode == 120


def test_one_whose_node_has_ended_before_it_began_runs_nothing() -> None:
    code = """
    import socket
    from vaas.core.host.program import run_program
    ours, its = socket.socketpair()
    ours.close()
    run_program(None, its.fileno())
    print("ran")
    """
    done = subprocess.run([sys.executable, "-c", dedent(code)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")
