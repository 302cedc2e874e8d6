"""Levels are the app's, and no line comes twice: the real ``logging``, as a host has it."""

from __future__ import annotations

import logging
import logging.config
import logging.handlers
import queue
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vaas.core.virtual import app_logging
from vaas.core.virtual.app_logging import ConsoleHandler
from vaas.core.virtual.console import ConsoleWriter, handling

Lines = list[tuple[str, str, str]]


class Host:
    """What a host's console is, and what arrives in its log."""

    def __init__(self) -> None:
        self.lines: Lines = []
        self.out, self.err = ConsoleWriter(self.sink, "stdout"), ConsoleWriter(self.sink, "stderr")

    def sink(self, stream: str, level: str, text: str) -> None:
        self.lines.append((stream, level, text))


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """One whose ``logging`` is as new."""
    monkeypatch.setattr(logging.Handler, "handle", logging.Handler.handle)
    monkeypatch.setattr(logging.Logger, "callHandlers", logging.Logger.callHandlers)
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.root.level)
    host = Host()
    app_logging.arm.cache_clear()
    app_logging.install(host.sink)
    yield host
    app_logging.arm.cache_clear()
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("shop")]:
        del logging.root.manager.loggerDict[name]


shop = "shop.test"


def test_an_app_that_configures_nothing_has_its_records_from_info_on_in_the_log(host: Host) -> None:
    log = logging.getLogger(shop)
    log.debug("no")
    log.info("yes")
    assert host.lines == [("log", "info", "shop.test: yes")]


def test_basic_config_works_as_elsewhere_and_a_line_on_stderr_has_its_records_level(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # pytest has put its own there
    logging.basicConfig(stream=host.err, level=logging.DEBUG, format="%(levelname)s %(message)s")
    logging.getLogger(shop).debug("detail")
    logging.getLogger(shop).warning("care")
    assert host.lines == [("stderr", "debug", "DEBUG detail"), ("stderr", "warning", "WARNING care")]


@pytest.mark.parametrize("at", ["", shop, "shop"])
def test_a_handler_of_the_apps_own_is_not_doubled_wherever_it_is(host: Host, at: str) -> None:
    logging.getLogger(at).addHandler(logging.StreamHandler(host.out))
    logging.getLogger(shop).error("once")
    assert host.lines == [("stdout", "error", "once")]


def test_dict_config_with_a_console_is_not_doubled(host: Host) -> None:
    console = {"class": "logging.StreamHandler", "stream": host.err}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"console": console},
            "loggers": {"shop": {"handlers": ["console"], "level": "INFO"}},
        }
    )
    logging.getLogger(shop).info("once")
    assert host.lines == [("stderr", "info", "once")]


def test_a_handler_that_prints_by_itself_is_not_doubled_and_has_the_level(host: Host) -> None:
    class Prints(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print("<", record.getMessage(), ">", file=host.err)

    logging.getLogger(shop).addHandler(Prints())
    logging.getLogger(shop).critical("once")
    assert host.lines == [("stderr", "critical", "< once >")]


def test_a_handler_that_writes_elsewhere_or_nothing_does_not_keep_a_record_from_the_log(
    host: Host, tmp_path: Path
) -> None:
    to_file = logging.FileHandler(tmp_path / "shop.log")
    silenced = logging.StreamHandler(host.err)
    silenced.addFilter(lambda record: False)
    for handler in (to_file, silenced, logging.NullHandler()):
        logging.getLogger(shop).addHandler(handler)
    logging.getLogger(shop).info("here too")
    to_file.close()
    assert host.lines == [("log", "info", "shop.test: here too")]


def test_the_level_of_the_apps_own_console_handler_counts(host: Host) -> None:
    handler = logging.StreamHandler(host.err)
    handler.setLevel(logging.WARNING)
    logging.getLogger("shop").addHandler(handler)
    logging.getLogger(shop).info("too little")
    assert host.lines == []


def test_what_does_not_propagate_is_the_apps_own_affair_but_for_warnings_without_any_handler(host: Host) -> None:
    logging.getLogger("shop").propagate = False
    logging.getLogger(shop).info("no")
    logging.getLogger(shop).warning("as everywhere")
    logging.getLogger("shop").addHandler(logging.NullHandler())
    logging.getLogger(shop).error("silenced on purpose")
    assert host.lines == [("log", "warning", "shop.test: as everywhere")]


def test_a_listener_prints_once_with_the_level(host: Host) -> None:
    records: queue.Queue[logging.LogRecord] = queue.Queue()
    logging.getLogger("shop").addHandler(logging.handlers.QueueHandler(records))
    listener = logging.handlers.QueueListener(records, logging.StreamHandler(host.err))
    logging.getLogger(shop).error("once")
    listener.handle(records.get(timeout=10))
    assert host.lines == [("stderr", "error", "once")]


def test_what_is_printed_by_hand_has_no_level_on_stderr_and_is_info_on_stdout(host: Host) -> None:
    print("by hand", file=host.err)
    print("by hand", file=host.out)
    assert host.lines == [("stderr", "", "by hand"), ("stdout", "info", "by hand")]


def test_a_message_of_loguru_has_its_level(host: Host) -> None:
    class Level:
        name = "WARNING"

    class Message(str):
        record: dict[str, Any]

    message = Message("2026 | WARNING | careful\n")
    message.record = {"level": Level}
    host.err.write(message)
    assert host.lines == [("stderr", "warning", "2026 | WARNING | careful")]


def test_a_record_within_a_record_keeps_both_levels(host: Host) -> None:
    class Nested(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logging.getLogger("shop.inner").warning("inner")
            print("outer", file=host.err)

    logging.getLogger(shop).addHandler(Nested())
    logging.getLogger(shop).error("x")
    assert host.lines == [("log", "warning", "shop.inner: inner"), ("stderr", "error", "outer")]


def test_restricted_code_is_not_doubled_either(apps: Any) -> None:
    text = """
        import logging
        logging.getLogger("a").info("plain")
        logging.getLogger().addHandler(logging.StreamHandler())
        logging.getLogger("a").warning("own")
        """
    apps(text, code="restricted").load("app")
    assert apps.lines == [("log", "info", "a: plain"), ("stderr", "warning", "own")]


def test_a_traceback_in_a_record_is_cut_and_whole_for_those_who_ask(apps: Any) -> None:
    found: Lines = []
    machine = apps("import json\ndef run(parse):\n    return parse('{')\n", code="trusted")

    def package() -> None:
        machine.resolve("app:run")(_loads)

    try:
        package()
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    with handling(record):
        ConsoleHandler(lambda *line: found.append(line)).emit(record)
    shown = "\n".join(text for _, level, text in found if level == "error")
    assert 'File "/app/app.py", line 3, in run' in shown
    assert "in _loads" in shown
    assert "in package" not in shown
    [whole] = [text for _, level, text in found if level == "trace"]
    assert "in package" in whole


def _loads(text: str) -> None:
    raise ValueError(text)
