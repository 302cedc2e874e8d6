from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest
from vaas_cli import output
from vaas_cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def on_terminal(monkeypatch):
    """Does something with a terminal of 60 columns, and returns what that shows."""

    def do(action: Callable[[], object]) -> str:
        screen = Terminal()
        with monkeypatch.context() as patch:
            patch.setenv("TERM", "xterm")
            patch.setenv("COLUMNS", "60")
            patch.setattr(sys, "stdout", screen)
            patch.setattr(sys, "stderr", screen)
            action()
        return screen.getvalue()

    return do


def test_a_table_in_a_pipe_is_aligned_text_without_trailing_blanks(capsys):
    output.put_table(("app", "state", ""), [("shop", "ready", ""), ("a", "failed", "why")], none="nothing")
    assert capsys.readouterr().out == "app   state\nshop  ready\na     failed  why\n"


def test_an_empty_table_says_what_to_do_on_standard_error(capsys):
    output.put_table(("app",), [], none="There is no app yet.")
    assert capsys.readouterr() == ("", "There is no app yet.\n")


def test_a_table_on_a_terminal_is_drawn_and_loses_nothing_of_what_is_too_wide(on_terminal):
    long = "http://127.0.0.1:8080/" + "x" * 80
    shown = on_terminal(lambda: output.put_table(("app", "url"), [("shop", long)], none=""))
    assert "\x1b[" in shown
    assert shown.count("x") == 80


def test_what_looks_like_markup_is_shown_as_it_is(on_terminal):
    shown = on_terminal(lambda: output.put_table(("app", "message"), [("a", "[red]not red[/red] :smile:")], none=""))
    assert "[red]not red[/red] :smile:" in shown


def test_facts_are_aligned_and_those_without_a_value_left_out(capsys):
    output.put_facts([("app", "shop"), ("message", ""), ("granted", ["a", "b"]), ("asks", [])])
    assert capsys.readouterr().out == "app      shop\ngranted  a\n         b\n"


def test_progress_is_one_line_that_is_taken_away_in_the_end(on_terminal):
    def work() -> None:
        with Progress() as progress:
            progress.step("pack", "packing")
            progress.detail("packing 50 %")
            progress.step("upload", "uploading")

    shown = on_terminal(work)
    assert "packing 50 %" in shown
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[K")


def test_a_line_that_is_printed_meanwhile_stands_above_the_progress(on_terminal):
    def work() -> None:
        with Progress() as progress:
            progress.step("start", "starting")
            output.put("a line of the log")

    assert "\r\x1b[Ka line of the log\n\r\x1b[K" in on_terminal(work)


def test_progress_in_a_pipe_is_silent(capsys):
    with Progress() as progress:
        progress.step("pack", "packing")
        progress.detail("half")
    assert capsys.readouterr() == ("", "")


def test_the_line_is_taken_away_when_a_step_fails(on_terminal):
    def work() -> None:
        with suppress(ZeroDivisionError), Progress() as progress:
            progress.step("pack", "packing")
            raise ZeroDivisionError

    assert on_terminal(work).endswith("\r\x1b[K")


def test_every_step_is_timed_once_it_has_ended(monkeypatch):
    clock = iter([0.0, 1.0, 1.0, 3.0])
    monkeypatch.setattr("vaas_cli.progress.time.perf_counter", lambda: next(clock))
    with Progress() as progress:
        progress.step("pack", "")
        progress.step("upload", "")
    assert progress.seconds == {"pack": 1.0, "upload": 2.0}
