# ruff: noqa: E501  (app code stands in one line)
"""Environment, arguments, working folder, streams and logging are the app's own."""

from __future__ import annotations

import codecs
import ctypes
import io
import logging
import os
import sys
from typing import Any

import pytest

from vaas.core.log_line import MAX_LINE
from vaas.core.virtual.app_logging import ConsoleHandler
from vaas.core.virtual.console import ConsoleWriter


def test_the_environment_is_the_app_s_own_and_so_are_its_changes(
    apps: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REAL", "secret")
    text = "import os\nos.environ['B'] = '2'\nSEEN = dict(os.environ), os.getenv('REAL'), os.environ.get('A')\nenviron = os.environ"
    one, two = apps(text, code=code, env={"A": "1"}), apps("import os\nSEEN = dict(os.environ)", code=code)
    assert one.resolve("app:SEEN") == ({"A": "1", "B": "2"}, None, "1")
    assert two.resolve("app:SEEN") == {}
    assert "B" not in os.environ
    with pytest.raises(TypeError):
        one.resolve("app:environ")["C"] = 3


def test_trusted_code_that_has_its_process_to_itself_shares_its_environment_with_packages_and_c(
    apps: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SET_BY_APP", "PUT_BY_APP", "DEFAULTED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BEFORE", "process")
    text = """
        import os
        from os import environ, getenv
        os.environ["SET_BY_APP"] = "1"
        environ.setdefault("DEFAULTED", "2")
        SEEN = getenv("BEFORE"), os.path.expandvars("$SET_BY_APP"), os.environb[b"DEFAULTED"]
        def look(name):
            return os.environ.get(name)
        """
    machine = apps(text, sole=True, env={"not": "read"})
    assert machine.resolve("app:SEEN") == ("process", "1", b"2")
    assert (os.environ["SET_BY_APP"], _in_c("SET_BY_APP"), _in_c("DEFAULTED")) == ("1", b"1", b"2")
    monkeypatch.setenv("BEFORE", "package")
    assert machine.resolve("app:look")("BEFORE") == "package"
    monkeypatch.delenv("SET_BY_APP")
    monkeypatch.delenv("DEFAULTED")


def test_restricted_code_has_an_environment_of_its_own_even_in_a_process_of_its_own(
    apps: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEFORE", "process")
    text = "import os\nos.environ['SET'] = '1'\nSEEN = dict(os.environ)"
    assert apps(text, code="restricted", sole=True, env={"A": "1"}).resolve("app:SEEN") == {"A": "1", "SET": "1"}
    assert (os.environ.get("SET"), _in_c("SET")) == (None, None)


def _in_c(name: str) -> bytes | None:
    """What the C library's ``getenv`` says."""
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    found: bytes | None = getenv(name.encode())
    return found


def test_arguments_and_working_folder_are_the_app_s_own(apps: Any, code: str) -> None:
    text = "import os, sys\nARGV = sys.argv\nos.chdir('/data')\nopen('x', 'w').close()\nSEEN = os.getcwd(), os.listdir('.')"
    before = os.getcwd()
    machine = apps(text, code=code, argv=["-v"], name="hello")
    assert machine.resolve("app:ARGV") == ["hello", "-v"]
    assert machine.resolve("app:SEEN") == ("/data", ["x"])
    assert os.getcwd() == before


def test_print_arrives_line_by_line_with_its_stream(apps: Any, code: str) -> None:
    text = "import sys\nprint('a', 1, sep='-')\nprint('b', end='')\nprint('c\\nd')\nprint('no', file=sys.stderr)\nsys.stdout.write('half')"
    machine = apps(text, code=code)
    machine.load("app")
    assert apps.lines == [
        ("stdout", "info", "a-1"),
        ("stdout", "info", "bc"),
        ("stdout", "info", "d"),
        ("stderr", "", "no"),
    ]
    machine.close()
    assert apps.lines[-1] == ("stdout", "info", "half")


def test_an_app_may_catch_its_own_output(apps: Any, code: str) -> None:
    text = "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\nprint('x')\nSEEN = sys.stdout.getvalue()\nsys.stdout = kept\nprint('y')"
    assert apps(text, code=code).resolve("app:SEEN") == "x\n"
    assert apps.lines == [("stdout", "info", "y")]
    assert sys.stdout is not None


def test_redirect_stdout_redirects_this_app_alone(apps: Any) -> None:
    text = "import contextlib, io\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    print('in')\nprint('out')\nSEEN = out.getvalue()"
    assert apps(text, code="restricted").resolve("app:SEEN") == "in\n"
    assert apps.lines == [("stdout", "info", "out")]


def test_logging_of_restricted_code_arrives_with_its_level_and_leaves_the_process_s_alone(apps: Any) -> None:
    text = """
        import logging
        log = logging.getLogger("shop.cart")
        log.info("seen %s", 1)
        log.debug("not seen")
        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(message)s")
        log.debug("now seen")
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("oops")
        PARENT = logging.getLogger("shop") is log.parent or log.parent
        """
    before = dict(logging.root.manager.loggerDict)
    apps(text, code="restricted").load("app")
    assert apps.lines[:3] == [
        ("log", "info", "shop.cart: seen 1"),
        ("log", "debug", "DEBUG now seen"),
        ("log", "error", "ERROR oops"),
    ]
    assert ("log", "error", '  File "/app/app.py", line 9, in <module>') in apps.lines
    assert dict(logging.root.manager.loggerDict) == before


def test_a_warning_is_a_line_of_the_log(apps: Any) -> None:
    apps("import warnings\nwarnings.warn('old')", code="restricted").load("app")
    assert apps.lines == [("log", "warning", "UserWarning: old")]


def test_a_line_without_end_is_cut_into_bounded_ones() -> None:
    lines: list[str] = []
    writer = ConsoleWriter(lambda stream, level, text: lines.append(text), "stdout")
    writer.write("x" * (2 * MAX_LINE + 1))
    writer.write("\n")
    assert [len(it) for it in lines] == [MAX_LINE, MAX_LINE, 1]


def test_bytes_become_the_same_lines_as_text_however_they_come_apart() -> None:
    lines: list[tuple[str, str]] = []
    writer = ConsoleWriter(lambda stream, level, text: lines.append((stream, text)), "stderr")
    for byte in "größe\n".encode():
        assert writer.buffer.write(bytes([byte])) == 1
    writer.buffer.write(memoryview(b"\xff broken\n"))
    assert lines == [("stderr", "größe"), ("stderr", "\\xff broken")]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda writer: io.TextIOWrapper(writer.buffer, encoding="utf-8", line_buffering=True),
        lambda writer: io.TextIOWrapper(writer.detach(), encoding="utf-8", line_buffering=True),
        lambda writer: codecs.getwriter("utf-8")(writer.buffer),
    ],
)
def test_a_stream_of_the_app_s_own_around_the_bytes_of_another_writes_and_closes_nothing(wrapped: Any) -> None:
    lines: list[str] = []
    writer = ConsoleWriter(lambda stream, level, text: lines.append(text), "stdout")
    around = wrapped(writer)
    around.write("größe\n")
    around.close()
    writer.write("after\n")
    writer.buffer.write(b"and after\n")
    assert lines == ["größe", "after", "and after"]


def test_a_stream_has_what_scripts_ask_for() -> None:
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        writer = ConsoleWriter(lambda stream, level, text: None, name)
        writer.reconfigure(encoding="utf-8", errors="replace", newline="\n", line_buffering=True, write_through=True)
        assert (writer.name, writer.mode, writer.fileno(), writer.buffer.fileno()) == (
            f"<{name}>",
            "w",
            descriptor,
            descriptor,
        )
        assert not writer.buffer.isatty()


def test_the_handler_gives_each_line_of_a_record() -> None:
    lines: list[tuple[str, str, str]] = []
    ConsoleHandler(lambda *line: lines.append(line)).emit(
        logging.LogRecord("n", logging.WARNING, "f", 1, "a\n%s", ("b",), None)
    )
    assert lines == [("log", "warning", "n: a"), ("log", "warning", "b")]


def test_restricted_os_and_sys_have_nothing_of_the_process(apps: Any) -> None:
    machine = apps("import os, sys", code="restricted")
    for module, names in {
        "os": "kill fork system popen execv open read getppid symlink setuid",
        "sys": "modules _getframe settrace path_hooks meta_path",
    }.items():
        for name in names.split():
            assert not hasattr(machine.load(module), name), name
