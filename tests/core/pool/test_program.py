"""One command of an app in a process of its own: streams, exit codes, its end, and what it may not."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import convert, structs

from tests.core.pool.benches import Bench
from tests.core.pool.fresh_bench import Play
from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.pool.errors import TooManyPrograms
from vaas.core.pool.program import End, Program
from vaas.core.spec import HostSpec
from vaas.core.terminal import Terminal

Run = Callable[[Play], None]


class Done(NamedTuple):
    out: str
    err: str
    end: End


def spec(bench: Bench, *command: str, files: dict[str, str] | None = None, **options: Any) -> HostSpec:
    folder, data = bench.folder / "app", bench.folder / "data"
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    folder.mkdir(exist_ok=True)
    data.mkdir(exist_ok=True)
    policy = Policy(
        code=options.pop("code", "trusted"),
        permissions=Permissions(modules=("*",), **options.pop("permissions", {})),
        limits=convert(options.pop("limits", {}), Limits),
    )
    return HostSpec(
        app="works", release="v1", folder=str(folder), data=str(data), tmp="", policy=policy, program=command,
        service="vaas.framework.serving.service", env={"WHO": "me", "VAAS_APP": "works"}, **options,
    )  # fmt: skip


async def start(bench: Bench, *command: str, timeout: float = 20.0, **options: Any) -> Program:
    return await bench.pools.run(spec(bench, *command, **options), timeout)


async def finish(bench: Bench, program: Program, stdin: bytes = b"") -> Done:
    async def write() -> None:
        await program.feed(stdin)
        await program.feed(b"")

    writing = asyncio.ensure_future(write())
    streams = {"stdout": b"", "stderr": b""}
    async for name, data in program.output():
        streams[name] += data
    end = await program.finish()
    await writing
    await program.close()
    return Done(streams["stdout"].decode(), streams["stderr"].decode(), end)


async def run_command(bench: Bench, *command: str, stdin: bytes = b"", **options: Any) -> Done:
    return await finish(bench, await start(bench, *command, **options), stdin)


def test_a_file_of_the_app_is_run_as_the_main_program_with_its_arguments(run: Run) -> None:
    async def play(bench: Bench) -> None:
        code = "import sys\nif __name__ == '__main__':\n    print(sys.argv, __file__)\n    sys.exit(3)\n"
        done = await run_command(bench, "python", "manage.py", "migrate", files={"manage.py": code})
        assert done == ("['manage.py', 'migrate'] /app/manage.py\n", "", End(3))

    run(play)


COMMANDS = [
    (("python", "-c", "import models; print(models.X)"), "1\n"),
    (("python3", "-m", "jobs.nightly", "now"), "jobs.nightly ['/app/jobs/nightly.py', 'now'] 1\n"),
    (("python", "-m", "jobs"), "main of jobs\n"),
    (("python", "jobs"), "main of jobs\n"),
    (("python", "scripts/seed.py"), "1 beside\n"),
    (("python", "-u", "-m", "tool", "x"), "tool ['x'] 1\n"),
    (("tool", "y"), "script ['tool', 'y'] 1\n"),
    (("python", "-c", "import os; print(os.environ['WHO'], os.environ['VAAS_APP'])"), "me works\n"),
    (("python", "-c", "open('/data/x', 'w').write('kept'); print(open('/data/x').read())"), "kept\n"),
    (("python", "-c", "import sys; print(sys.modules['__main__'].__name__)"), "__main__\n"),
    (("python", "-c", "import asyncio\nasync def f(): print('ran')\nasyncio.run(f())"), "ran\n"),
    (("python", "-c", "import sys; sys.stdout.buffer.write(b'bytes\\n')"), "bytes\n"),
    (("python", "-c", "import atexit; atexit.register(print, 'at the end'); print('first')"), "first\nat the end\n"),
    (("python", "-c", "import threading as t; t.Timer(.05, print, ['later']).start(); print('now')"), "now\nlater\n"),
]  # fmt: skip
FILES = {
    "scripts/seed.py": "import models\nimport near\nprint(models.X, near.WORD)\n",
    "scripts/near.py": "WORD = 'beside'\n",
    "models.py": "X = 1\n",
    "jobs/__init__.py": "",
    "jobs/__main__.py": "print('main of', 'jobs')\n",
    "jobs/nightly.py": "import sys\nfrom . import shared\nprint('jobs.nightly', sys.argv, shared.X)\n",
    "jobs/shared.py": "from models import X\n",
    "_vendor/tool/__init__.py": "def main():\n    import sys, models\n    print('script', sys.argv, models.X)\n",
    "_vendor/tool/__main__.py": "import sys\nimport models\nprint('tool', sys.argv[1:], models.X)\n",
    "_vendor/tool-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: tool\nVersion: 1\n",
    "_vendor/tool-1.dist-info/entry_points.txt": "[console_scripts]\ntool = tool:main\n",
}


@pytest.mark.parametrize(("command", "out"), COMMANDS, ids=[" ".join(command)[:40] for command, _ in COMMANDS])
def test_python_is_the_app_s_own_with_its_modules_packages_environment_and_data(
    run: Run, command: tuple[str, ...], out: str
) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, *command, files=FILES)
        assert done == (out, "", End(0))

    run(play)


@pytest.mark.parametrize(
    ("code", "end", "err"),
    [
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(300)", 300 & 0xFF, ""),
        ("import sys; sys.exit('no such table')", 1, "no such table\n"),
        (
            "raise ValueError('wrong')",
            1,
            'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n',
        ),
        ("import os; os._exit(9)", 9, ""),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt\n"),
    ],
)
def test_the_exit_code_is_the_one_that_python_ends_with(run: Run, code: str, end: int, err: str) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, "python", "-c", code)
        assert done.end == End(end)
        assert done.err.startswith(err)
        assert bool(done.err) == bool(err)

    run(play)


def test_a_signal_is_told_as_a_shell_tells_it(run: Run) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, "python", "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
        assert done.end == End(128 + signal.SIGKILL, "the process was ended by SIGKILL")

    run(play)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (("sh", "-c", "id"), 127, "sh is neither `python` nor a command of a package in the bundle"),
        (("python", "missing.py"), 2, "can't open file '/app/missing.py': No such file or directory"),
        (("python", "-i"), 2, "`python -i` is not known here"),
        (("python", "-m", "missing"), 1, "missing"),
    ],
)
def test_a_command_that_cannot_be_run_says_why(run: Run, command: tuple[str, ...], code: int, said: str) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, *command)
        assert done.end == End(code)
        assert said in done.err

    run(play)


def test_what_is_piped_in_is_its_standard_input(run: Run) -> None:
    async def play(bench: Bench) -> None:
        code = "import sys; data = sys.stdin.buffer.read(); print(len(data), set(data))"
        done = await run_command(bench, "python", "-c", code, stdin=b"x" * 3_000_000)
        assert done.out == "3000000 {120}\n"
        done = await run_command(bench, "python", "-c", "print(input() + input())", stdin=b"a\nb\n")
        assert done.out == "ab\n"
        done = await run_command(bench, "python", stdin=b"print('code by input')\n")
        assert done.out == "code by input\n"

    run(play)


def test_output_comes_as_it_is_written(run: Run) -> None:
    async def play(bench: Bench) -> None:
        program = await start(bench, "python", "-c", "print('one'); print('two' if input() == 'go' else 'no')")
        output = program.output()
        assert await anext(output) == ("stdout", b"one\n")
        await program.feed(b"go\n")
        assert await anext(output) == ("stdout", b"two\n")
        await program.close()

    run(play)


def test_a_program_that_prints_without_end_waits_for_its_reader_and_is_ended(run: Run) -> None:
    async def play(bench: Bench) -> None:
        program = await start(bench, "python", "-c", "while True: print('x' * 10_000)")
        await anext(program.output())
        await program.close()
        assert (await program.finish()).code == 128 + signal.SIGKILL

    run(play)


def test_an_interrupt_is_a_keyboard_interrupt_in_it(run: Run) -> None:
    async def play(bench: Bench) -> None:
        code = "import time\ntry:\n    print('ready')\n    time.sleep(60)\nfinally:\n    print('tidied')\n"
        program = await start(bench, "python", "-c", code)
        output = program.output()
        await anext(output)
        program.interrupt()
        assert await anext(output) == ("stdout", b"tidied\n")
        done = await finish(bench, program)
        assert done.end == End(130)

    run(play)


def test_one_that_takes_too_long_is_ended_and_says_so(run: Run) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, "python", "-c", "import time; time.sleep(60)", timeout=0.3)
        assert done.end == End(124, "it took longer than 300ms")

    run(play)


def test_one_that_hangs_up_on_its_node_is_ended(run: Run) -> None:
    """Nothing would hold it to its time any more."""

    async def play(bench: Bench) -> None:
        code = "import os, time; print(os.getpid(), flush=True); os.closerange(3, 1000); time.sleep(60)"
        done = await run_command(bench, "python", "-c", code)
        assert done.end.code != 0
        with pytest.raises(ProcessLookupError):
            os.kill(int(done.out), 0)

    run(play)


def test_its_memory_is_that_of_a_host(run: Run) -> None:
    async def play(bench: Bench) -> None:
        limits = {"memory": 64_000_000}
        done = await run_command(bench, "python", "-c", "x = bytearray(200_000_000)", limits=limits)
        assert done.end.code != 0
        assert "MemoryError" in done.err or "memory" in done.end.reason

    run(play)


def test_nothing_is_left_of_it_but_its_data(run: Run) -> None:
    async def play(bench: Bench) -> None:
        code = "open('/tmp/x', 'w').write('x'); open('/data/y', 'w').write('y'); import os; print(os.getpid())"
        done = await run_command(bench, "python", "-c", code)
        assert done.end == End(0)
        assert (bench.folder / "data/y").read_text() == "y"
        with pytest.raises(ProcessLookupError):
            os.kill(int(done.out), 0)

    run(play)


def test_more_than_a_few_of_one_app_at_once_are_refused(run: Run) -> None:
    async def play(bench: Bench) -> None:
        programs = [await start(bench, "python", "-c", "input()") for _ in range(4)]
        with pytest.raises(TooManyPrograms):
            await start(bench, "python", "-c", "pass")
        for program in programs:
            await program.close()
        assert (await run_command(bench, "python", "-c", "pass")).end == End(0)

    run(play)


ATTEMPTS = {
    "read the node's files": "open('/etc/shadow').read()",
    "list the root": "os.scandir('/')",
    "read another process's environment": "open(f'/proc/{{os.getppid()}}/environ', 'rb').read()",
    "write the bundle": "open('/app/models.py', 'w')",
    "write the bundle by its real path": "open(os.path.realpath('.') + '/models.py', 'w')",
    "write outside": "open('/var/tmp/x', 'w')",
    "write beside its data": "open({data!r} + '/../other', 'w')",
    "open a socket": "socket.socket()",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "fork": "os.fork()",
    "start a program": "subprocess.run(['/bin/true'])",
    "become another program": "os.execv(sys.executable, ['python', '-c', '1'])",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "become another user": "os.setuid(0 if os.getuid() else 12345)",
    "trace": "ctypes.CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) and None or os.kill(os.getppid(), 0)",
    "make a namespace": "1 / (ctypes.CDLL(None).unshare(0x10000000) + 1)",
}
"""What an app without grants may not, as plain Python; ``ZeroDivisionError`` is a call that was refused."""


@pytest.mark.skipif(sys.platform != "linux", reason="this kernel has no confinement")
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_it_is_confined_as_the_app_s_hosts_are(run: Run, attempt: str) -> None:
    async def play(bench: Bench) -> None:
        tried = ATTEMPTS[attempt].format(data=str(bench.folder / "data"))
        code = f"import ctypes, os, socket, subprocess, sys\ntry:\n    {tried}\n"
        code += "except (OSError, ZeroDivisionError) as e:\n"
        code += "    print('refused', type(e).__name__)\nelse:\n    print('DONE')\n"
        done = await run_command(bench, "python", "-c", code, files={"models.py": ""})
        assert done.out.startswith("refused"), done

    run(play)


def test_with_subprocess_granted_another_program_runs_in_the_same_confinement(run: Run) -> None:
    async def play(bench: Bench) -> None:
        (bench.folder / "secret").write_text("another app's")
        granted = {"permissions": {"subprocess": True}}
        done = await run_command(bench, "sh", "-c", "echo $WHO; exit 7", **granted)
        assert done == ("me\n", "", End(7))
        done = await run_command(bench, "cat", str(bench.folder / "secret"), **granted)
        assert "another app's" not in done.out
        assert done.end.code == 1
        done = await run_command(bench, "no-such-program", **granted)
        assert done.end == End(127)

    run(play)


def test_restricted_code_runs_its_own_files_and_modules_under_its_rules(run: Run) -> None:
    async def play(bench: Bench) -> None:
        files = {"job.py": "import models\nimport sys\nprint('restricted', models.X, sys.argv[1])\n", **FILES}
        done = await run_command(bench, "python", "job.py", "a", files=files, code="restricted")
        assert done == ("restricted 1 a\n", "", End(0))
        done = await run_command(bench, "python", "-m", "jobs.shared", code="restricted")
        assert done.end == End(0), done
        done = await run_command(bench, "python", "-c", "print(print.__globals__)", code="restricted")
        assert done.end == End(1)
        assert "__globals__" in done.err

    run(play)


@pytest.mark.parametrize("command", [("python", "-m", "tool"), ("tool",), ("python", "-m", "timeit")])
def test_restricted_code_runs_no_package_as_a_program_and_says_so(run: Run, command: tuple[str, ...]) -> None:
    async def play(bench: Bench) -> None:
        done = await run_command(bench, *command, files=FILES, code="restricted")
        assert done.end == End(126)
        assert "restricted code runs its own files and modules only" in done.err

    run(play)


def test_what_a_program_starts_and_leaves_ends_with_it(run: Run) -> None:
    async def play(bench: Bench) -> None:
        code = "import subprocess; print(subprocess.Popen(['sleep', '60']).pid)"
        done = await run_command(bench, "python", "-c", code, permissions={"subprocess": True})
        assert done.end == End(0)
        assert not Path(f"/proc/{done.out.strip()}").exists()

    run(play)


def test_a_command_of_an_app_that_is_removed_is_ended_and_one_of_another_app_is_not(run: Run) -> None:
    async def play(bench: Bench) -> None:
        program = await start(bench, "python", "-c", "import time; print('up', flush=True); time.sleep(600)")
        assert await anext(program.output()) == ("stdout", b"up\n")
        await bench.pools.forget("another")
        assert not program._ended.done()
        await bench.pools.forget("works")
        assert (await program.finish()).reason == "its app was removed"

    run(play)


def seated(bench: Bench, *command: str, **options: Any) -> HostSpec:
    return structs.replace(spec(bench, *command, **options), terminal=Terminal("vt100", 30, 100))


async def until(program: Program, *typed: tuple[bytes, bytes]) -> tuple[bytes, End]:
    """Types each text once its prompt has come; what was on the screen."""
    seen, left = b"", list(typed)
    async for _, data in program.output():
        seen += data
        while left and left[0][0] in seen:
            await program.feed(left.pop(0)[1])
    end = await program.finish()
    await program.close()
    return seen, end


def test_with_a_terminal_it_reads_what_is_typed_and_passwords_unseen(run: Run) -> None:
    code = "import getpass, os, sys; print(all(os.isatty(n) for n in (0, 1, 2)), os.environ['TERM']," \
        " tuple(os.get_terminal_size())); name = input('name? '); print(name, getpass.getpass('word? '))"  # fmt: skip

    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python", "-c", code), 20.0)
        screen, end = await until(program, (b"name? ", b"ann\r"), (b"word? ", b"secret\r"))
        assert screen == b"True vt100 (100, 30)\r\nname? ann\r\nword? \r\nann secret\r\n"
        assert end == End(0)

    run(play)


def test_with_a_terminal_python_alone_is_its_prompt(run: Run) -> None:
    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python"), 20.0)
        screen, end = await until(program, (b">>> ", b"6 * 7\r"), (b"42\r\n>>> ", b"raise SystemExit(3)\r"))
        assert b"42\r\n" in screen
        assert end == End(3)

    run(play)


def test_ctrl_c_at_its_terminal_is_a_keyboard_interrupt(run: Run) -> None:
    code = (
        "import time\ntry:\n print('ready')\n while True: time.sleep(0.01)\nexcept KeyboardInterrupt:\n print('told')"
    )

    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python", "-c", code), 20.0)
        screen, end = await until(program, (b"ready", b"\x03"))
        assert b"told" in screen
        assert end == End(0)

    run(play)


def test_a_new_size_of_its_terminal_reaches_it(run: Run) -> None:
    code = "import os, signal, time\nseen = []\nsignal.signal(signal.SIGWINCH, lambda *_: seen.append(1))\n" \
        "print('ready')\nwhile not seen: time.sleep(0.01)\nprint(tuple(os.get_terminal_size()))"  # fmt: skip

    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python", "-c", code), 20.0)
        seen = b""
        async for _, data in program.output():
            if b"ready" in data:
                program.resize(50, 132)
            seen += data
        await program.close()
        assert b"(132, 50)" in seen

    run(play)


def test_nothing_is_typed_into_a_terminal_from_within(run: Run) -> None:
    """TIOCSTI would put words into the mouth of the person at it, once the program has ended."""
    code = "import fcntl; fcntl.ioctl(0, 0x5412, b'x')"

    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python", "-c", code), 20.0)
        screen, end = await until(program)
        assert b"Inappropriate ioctl" in screen
        assert end == End(1)

    run(play)


def test_restricted_code_has_no_prompt_and_says_what_there_is(run: Run) -> None:
    async def play(bench: Bench) -> None:
        program = await bench.pools.run(seated(bench, "python", code="restricted"), 20.0)
        screen, end = await until(program)
        assert b"python FILE" in screen
        assert end == End(126)

    run(play)


def test_unread_input_ends_with_the_program_and_leaves_no_descriptor(run: Run) -> None:
    async def play(bench: Bench) -> None:
        before = set(os.listdir("/proc/self/fd"))
        program = await start(bench, "python", "-c", "import time; time.sleep(0.5)")
        await program.feed(b"x" * 1_000_000)  # more than a pipe holds
        assert [data async for _, data in program.output()] == []
        assert (await program.finish()).code == 0
        assert set(os.listdir("/proc/self/fd")) <= before

    run(play)
