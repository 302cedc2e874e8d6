from __future__ import annotations

import io
import sys

import pytest

from cli import output
from cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def test_a_table_in_a_pipe_is_aligned_text_without_trailing_blanks(capsys):
    output.put_table(("app", "state", ""), [("shop", "ready", ""), ("a", "failed", "why")], none="nothing")
    assert capsys.readouterr().out == "app   state\nshop  ready\na     failed  why\n"


def test_an_empty_table_says_what_to_do_on_standard_error(capsys):
    output.put_table(("app",), [], none="There is no app yet.")
    assert capsys.readouterr() == ("", "There is no app yet.\n")


def test_a_table_on_a_terminal_is_drawn_and_loses_nothing_of_what_is_too_wide(terminal):
    long = "http://127.0.0.1:8080/" + "x" * 80
    output.put_table(("app", "url"), [("shop", long)], none="")
    shown = terminal.getvalue()
    assert "\x1b[" in shown
    assert shown.count("x") == 80


def test_what_looks_like_markup_is_shown_as_it_is(terminal):
    output.put_table(("app", "message"), [("shop", "[red]not red[/red] :smile:")], none="")
    assert "[red]not red[/red] :smile:" in terminal.getvalue()


def test_facts_are_aligned_and_those_without_a_value_left_out(capsys):
    output.put_facts([("app", "shop"), ("message", ""), ("granted", "a\nb")])
    assert capsys.readouterr().out == "app      shop\ngranted  a\n         b\n"


def test_progress_is_one_line_that_is_taken_away_in_the_end(terminal):
    with Progress() as progress:
        progress.step("pack", "packing")
        progress.detail("packing 50 %")
        progress.step("upload", "uploading")
    shown = terminal.getvalue()
    assert "packing 50 %" in shown
    assert "\n" not in shown
    assert shown.endswith("\r\x1b[K")


def test_progress_in_a_pipe_is_silent(capsys):
    with Progress() as progress:
        progress.step("pack", "packing")
        progress.detail("half")
    assert capsys.readouterr() == ("", "")


def test_the_line_is_taken_away_when_a_step_fails(terminal):
    with pytest.raises(ZeroDivisionError), Progress() as progress:
        progress.step("pack", "packing")
        raise ZeroDivisionError
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_every_step_is_timed_once_it_has_ended(monkeypatch):
    clock = iter([0.0, 1.0, 1.0, 3.0])
    monkeypatch.setattr("cli.progress.time.perf_counter", lambda: next(clock))
    with Progress() as progress:
        progress.step("pack", "")
        progress.step("upload", "")
    assert progress.seconds == {"pack": 1.0, "upload": 2.0}
