"""What scripts and packages do with the process they find, in a host: streams, memory, signals, the user."""

from __future__ import annotations

import os
from textwrap import dedent

import pytest

from tests.e2e.apps import TRUSTED
from tests.e2e.running import Running
from tests.installed import bring

APP = dedent(
    """
    import codecs, contextlib, getpass, io, json, mimetypes, mmap, multiprocessing, os, pathlib, pty, pwd, signal
    import socket, subprocess, sys
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import shared_memory
    import psutil

    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(encoding="utf-8", errors="replace")
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except ValueError as error:
        NO_SIGNALS = str(error)
    TRIED = {}

    def tried(function):
        TRIED[function.__name__] = function
        return function

    @tried
    def streams():
        io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True).write("wrapped é\\n")
        codecs.getwriter("utf-8")(sys.stdout.buffer).write("through a codec\\n")
        for byte in "byte by byte é\\n".encode():
            sys.stdout.buffer.write(bytes([byte]))
        sys.stderr.buffer.write(b"to stderr\\n")
        print("still there")
        return [sys.stdout.fileno(), sys.stderr.fileno(), sys.stdout.isatty()]

    @tried
    def signals():
        return NO_SIGNALS

    @tried
    def anonymous_memory():
        with mmap.mmap(-1, 8192) as one, mmap.mmap(-1, 4096, access=mmap.ACCESS_WRITE) as two:
            one[:5] = two[:5] = b"hello"
            one.resize(16384)
            return one[:5].decode(), len(one), isinstance(two, mmap.mmap)

    @tried
    def the_user():
        name = pwd.getpwuid(os.getuid()).pw_name
        return [name, getpass.getuser(), str(pathlib.Path.home()), os.path.expanduser("~/x")]

    @tried
    def environment():
        return {name: os.environ.get(name) for name in ("HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME", "PATH")}

    @tried
    def types():
        ends = ("webp", "avif", "woff2", "mjs", "wasm", "webmanifest", "md")
        return [mimetypes.guess_type(f"a.{end}")[0] for end in ends]

    @tried
    def psutil_of_oneself():
        me = psutil.Process()
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)
        try:
            children = child.pid in [it.pid for it in me.children()]
            known = set(psutil.pids()) == {me.pid, *[it.pid for it in me.children(recursive=True)]}
            alone = all(it.username() == "app" for it in psutil.process_iter())
        finally:
            child.stdin.close()
            child.wait()
        used = me.memory_info().rss > 1_000_000 and psutil.virtual_memory().total > me.memory_info().rss
        return [children, known, alone, used, psutil.cpu_percent() >= 0, psutil.boot_time() > 0, me.username()]

    @tried
    def work_shared_with_processes():
        with multiprocessing.Lock(), multiprocessing.get_context("fork").Pool(2) as pool:
            shared = multiprocessing.Value("i", 7)
            memory = shared_memory.SharedMemory(create=True, size=64)
            memory.close(); memory.unlink()
            squares = pool.map(abs, [-1, -2])
        with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as executor:
            return [squares, shared.value, list(executor.map(abs, [-3]))]

    @tried
    def a_terminal():
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv("/bin/sh", ["sh", "-c", "tty; id -un; echo $HOME; cat /proc/self/comm"])
        said = b""
        with contextlib.suppress(OSError):
            while piece := os.read(terminal, 1000):
                said += piece
        os.waitpid(pid, 0)
        return said.decode().split()

    @tried
    def names():
        return [socket.gethostbyname("localhost"), socket.gethostbyname("127.0.0.1")]

    def app(environ, start_response):
        start_response("200 OK", [])
        return [json.dumps(TRIED[environ["PATH_INFO"].strip("/")]()).encode()]
    """
)
SAID = {
    "streams": [1, 2, False],
    "anonymous_memory": ["hello", 16384, True],
    "the_user": ["app", "app", "/data", "/data/x"],
    "environment": {
        "HOME": "/data",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "XDG_CACHE_HOME": "/data/.cache",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    },
    "types": [
        *("image/webp", "image/avif", "font/woff2", "text/javascript", "application/wasm"),
        *("application/manifest+json", "text/markdown"),
    ],
}


WITH_PROGRAMS = {
    "psutil_of_oneself": [True, True, True, True, True, True, "app"],
    "work_shared_with_processes": [[1, 2], 7, [3]],
    "a_terminal": ["/dev/pts/0", "app", "/data", "cat"],
    "names": ["127.0.0.1", "127.0.0.1"],
}
"""Where ``subprocess`` is granted."""


@pytest.fixture(scope="module")
def plain(platform: Running) -> Running:
    folder = platform.home / "apps" / "plain"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text(APP)
    bring(folder, "psutil")
    for name, more in (("plain", ""), ("programs", "subprocess = true\n")):
        start = f'name = "{name}"\nentry = "main:app"\ninterface = "wsgi"\n{TRUSTED}[limits]\nworkers = 1\n'
        (folder / "vaas.toml").write_text(f'{start}[permissions]\nmodules = ["*"]\n{more}')
        platform.vaas("deploy", str(folder), "--grant")
    return platform


@pytest.mark.parametrize("what", SAID)
def test_a_script_finds_the_process_that_it_expects(plain: Running, what: str):
    answer = plain.get(f"/plain/{what}")
    assert (answer.status_code, answer.text and answer.json()) == (200, SAID[what])


@pytest.mark.skipif(os.geteuid() != 0, reason="only a platform that runs as root can give apps users of their own")
@pytest.mark.parametrize("what", WITH_PROGRAMS)
def test_programs_find_what_they_expect_where_they_are_granted(plain: Running, what: str):
    answer = plain.get(f"/programs/{what}")
    assert (answer.status_code, answer.text and answer.json()) == (200, WITH_PROGRAMS[what])


ASYNCIO = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Echo:
        @vaas.get("/")
        async def says(self):
            program = await asyncio.create_subprocess_exec("/bin/echo", "hello", stdout=asyncio.subprocess.PIPE)
            said, _ = await program.communicate()
            return [said.decode(), program.returncode]
    """
)


def test_programs_are_started_from_the_loop_that_serves(platform: Running):
    """libuv waits for a child through a pipe of the whole process, made with its first loop."""
    folder = platform.app("echo", ASYNCIO, f"{TRUSTED}[permissions]\nsubprocess = true\n")
    platform.vaas("deploy", str(folder), "--grant")
    answers = [platform.get("/echo/") for _ in range(2)]
    assert [(it.status_code, it.json()) for it in answers] == [(200, ["hello\n", 0])] * 2


def test_what_is_written_as_bytes_is_in_the_log_line_by_line(plain: Running):
    plain.get("/plain/streams")
    text = plain.vaas("logs", "plain").stdout
    written = ("wrapped é", "through a codec", "byte by byte é", "to stderr", "still there")
    assert [line for line in written if line not in text] == []


def test_a_handler_of_a_signal_is_refused_with_what_to_do(plain: Running):
    assert "`on_stop`" in plain.get("/plain/signals").json()
