"""Restricted code has a tree of loggers of its own: it behaves as Python's, and leads to no other."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted


def test_loggers_below_a_level_are_silent_and_others_reach_the_console(apps: Any) -> None:
    text = """
        import logging
        above, below = logging.getLogger("a.b.c"), logging.getLogger("a")
        middle = logging.getLogger("a.b")
        FAMILY = above.parent is middle, middle.parent is below, below.parent is logging.getLogger()
        CHILDREN = below.getChildren() == {middle}, below.getChild("b") is middle
        below.setLevel("ERROR")
        above.warning("quiet")
        above.error("loud %s", 1)
        logging.info("root")
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:FAMILY") == (True, True, True)
    assert machine.resolve("app:CHILDREN") == (True, True)
    assert apps.lines == [("log", "error", "a.b.c: loud 1"), ("log", "info", "root: root")]


def test_handlers_formatters_and_filters_of_the_app_are_heard(apps: Any) -> None:
    text = """
        import io, logging
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(
            logging.Formatter("{levelname} {name} {message} {who[0]}", style="{", defaults={"who": "x"})
        )
        logger = logging.getLogger("mine")
        logger.propagate = False
        logger.addHandler(handler)
        logger.addFilter(lambda record: "no" not in record.getMessage())
        logger.info("yes")
        logger.info("no")
        handler.setFormatter(logging.Formatter("%(filename)s:%(lineno)d %(funcName)s %(asctime)s", "%Y"))
        def work():
            logger.info("here")
        work()
        SAID = out.getvalue().splitlines()
        """
    said = apps(text, code="restricted").resolve("app:SAID")
    assert said[0] == "INFO mine yes x"
    assert said[1].startswith("app.py:16 work 2")
    assert len(said) == 2


def test_an_exception_is_logged_with_the_app_s_own_frames(apps: Any) -> None:
    text = """
        import io, logging
        out = io.StringIO()
        logging.getLogger("mine").addHandler(logging.StreamHandler(out))
        try:
            1 / 0
        except ZeroDivisionError:
            logging.getLogger("mine").exception("failed", stack_info=True)
        SAID = out.getvalue()
        """
    said = apps(text, code="restricted").resolve("app:SAID")
    assert said.count('File "/app/app.py"') == 2
    assert "ZeroDivisionError" in said
    assert "Stack (most recent call last)" in said
    assert "/vaas/" not in said


def test_two_machines_and_the_process_share_no_logger(apps: Any) -> None:
    text = "import logging\nlogging.disable()\nL = logging.getLogger('shared.name')"
    one, two = (apps(text, code="restricted").resolve("app:L") for _ in range(2))
    assert one is not two
    assert "shared.name" not in logging.Logger.manager.loggerDict
    assert logging.root.manager.disable == 0
    for name in ("manager", "root"):
        assert getattr(one, name) is not getattr(logging.Logger, name)
    assert not isinstance(one, logging.Logger)


def test_what_reaches_the_console_is_text_whatever_the_app_says_it_is(apps: Any) -> None:
    text = """
        import logging, sys
        class Lines(str):
            def split(self, at):
                return [1, 2]
            def __radd__(self, other):
                return self
        class Level(str):
            def lower(self):
                return 3
        sys.stdout.write(Lines("a\\n"))
        print("b", sep=Lines(" "), end=Lines("\\n"))
        record = logging.getLogger("x").makeRecord("x", 20, "f", 1, Lines("c"), (), None)
        record.levelname = Level("ERROR")
        logging.getLogger("x").callHandlers(record)
        """
    apps(text, code="restricted").load("app")
    assert [[type(it) for it in line] for line in apps.lines] == [[str] * 3] * 3
    assert [line[2] for line in apps.lines] == ["a", "", "x: c"]


def test_handlers_without_a_formatter_tell_the_platform_s_own_errors_whole(apps: Any) -> None:
    apps("import logging", code="restricted").load("app")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broken", (), None)
    try:
        raise ValueError("ours")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    assert __file__ in logging.Handler().format(record)
    record.exc_info, record.exc_text = (None, None, None), None
    assert logging.Handler().format(record) == "broken\nNoneType: None"


def test_lines_go_to_the_stream_that_is_set(apps: Any, tmp_path: Path) -> None:
    text = """
import io
out, other = io.StringIO(), io.StringIO()
logger, handler = logging.getLogger("vaas.test.streams"), logging.StreamHandler(out)
logger.propagate = False
logger.addHandler(handler)
handler.setFormatter(logging.Formatter("%(message)s"))
logger.error("one")
before = handler.setStream(other)
logger.error("two %s", 2)
logger.removeHandler(handler)
it = out.getvalue(), before is out, other.getvalue(), logging.Formatter("%(asctime)s").usesTime()
"""
    assert restricted(apps, text.strip()) == plainly(tmp_path / "plain", text.strip())


def test_a_time_without_a_format_has_its_milliseconds(apps: Any) -> None:
    text = """
        import io, logging
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logging.getLogger("mine").addHandler(handler)
        logging.getLogger("mine").error("now", stack_info=True)
        SAID = out.getvalue().splitlines()[0]
        """
    said = apps(text, code="restricted").resolve("app:SAID")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} now", said)


def test_a_line_of_an_error_ends_with_its_traceback(apps: Any) -> None:
    text = """
        import io, logging
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        logging.getLogger("mine").addHandler(handler)
        try:
            1 / 0
        except ZeroDivisionError:
            logging.getLogger("mine").exception("it broke")
        SAID = out.getvalue().splitlines()
        """
    said = apps(text, code="restricted").resolve("app:SAID")
    assert (said[0], said[-1]) == ("it broke", "ZeroDivisionError: division by zero")
    assert any("app.py" in line for line in said)


def test_a_stream_that_fails_breaks_no_log(apps: Any) -> None:
    text = """
        import logging
        class Stream:
            def write(self, text):
                raise OSError("full")
        logging.getLogger("mine").addHandler(logging.StreamHandler(Stream()))
        logging.getLogger("mine").error("lost")
        DONE = True
        """
    assert apps(text, code="restricted").resolve("app:DONE") is True


def test_a_style_that_could_read_attributes_is_refused(apps: Any) -> None:
    with pytest.raises(ValueError, match=r"style '%' or '\{'"):
        apps('import logging\nlogging.Formatter("$x", style="$")', code="restricted").resolve("app:logging")
