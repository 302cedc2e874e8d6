"""What a host has in place of functions that it cannot have; each in a process of its own, which is changed by it."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

HEADER = """
import mmap, os, signal, threading
from vaas.core.host.process_functions import install_process_functions
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", HEADER + dedent(code)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("programs", [True, False])
def test_anonymous_memory_is_what_it_was_to_those_who_use_it(programs: bool) -> None:
    code = f"""
    install_process_functions(programs={programs})
    with mmap.mmap(-1, 100) as one, mmap.mmap(fileno=-1, length=100, access=mmap.ACCESS_WRITE) as two:
        one[:3] = two[:3] = b"abc"
        print(bytes(one[:3]), bytes(two[:3]), len(one), isinstance(one, mmap.mmap), type(one).__name__)
    with mmap.mmap(-1, 10, access=mmap.ACCESS_READ) as read, mmap.mmap(-1, 10, access=mmap.ACCESS_COPY) as copy:
        copy[0] = 1
        try:
            read[0] = 1
        except TypeError as error:
            print(error)
    """
    assert run(code).splitlines() == [
        "b'abc' b'abc' 100 True mmap",
        "mmap can't modify a readonly memory map.",
    ]


@pytest.mark.parametrize(("programs", "seen"), [(True, "from a child"), (False, "from its own")])
def test_memory_is_shared_with_a_child_only_where_there_can_be_one(programs: bool, seen: str) -> None:
    code = f"""
    install_process_functions(programs={programs})
    memory = mmap.mmap(-1, 64)
    memory[:12] = b"from its own"
    if os.fork() == 0:
        memory[:12] = b"from a child"
        os._exit(0)
    os.wait()
    print(memory[:12].decode())
    """
    assert run(code) == seen


def test_the_memory_of_a_file_is_the_file_s(tmp_path: object) -> None:
    code = f"""
    install_process_functions(programs=False)
    with open({str(tmp_path)!r} + "/file", "w+b") as file:
        file.write(b"before")
        file.flush()
        with mmap.mmap(file.fileno(), 0) as memory:
            memory[:6] = b"after!"
        print(open(file.name).read())
    """
    assert run(code) == "after!"


def test_a_worker_s_handler_of_a_signal_is_refused_with_what_to_do_and_the_main_thread_s_is_set() -> None:
    code = """
    install_process_functions(programs=False)
    def worker():
        for refused in (lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL), lambda: signal.set_wakeup_fd(-1)):
            try:
                refused()
            except ValueError as error:
                print("`on_stop`" in str(error), error.__context__ is None)
    thread = threading.Thread(target=worker)
    thread.start()
    thread.join()
    print(signal.signal(signal.SIGUSR1, signal.SIG_IGN) is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1).name)
    try:
        signal.signal(9999, signal.SIG_IGN)
    except ValueError as error:
        print(error)
    """
    assert run(code).splitlines() == ["True True", "True True", "True SIG_IGN", "signal number out of range"]
