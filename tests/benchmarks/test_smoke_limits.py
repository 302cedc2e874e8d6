"""The benchmarks of limits for a moment, for real: what comes out has its parts, whatever the speed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import idle, neighbours, wakes


def test_neighbours_compares_quiet_with_noisy_and_proves_the_noise(tmp_path: Path) -> None:
    options = neighbours.options(["--rounds", "1", "--seconds", "1", "--connections", "1"])
    report = neighbours.benchmark(options, tmp_path)
    assert [row[0] for row in report.tables[0].rows] == [neighbours.QUIET, neighbours.NOISY]
    assert all(row[4] > 0 for row in report.tables[0].rows)
    assert next(bar for bar in report.bars if bar.what.startswith("failed")).reached
    assert any("the app that spins takes" in note for note in report.notes)


def test_wakes_counts_what_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wakes, "SETTLE", 2)
    report = wakes.benchmark(wakes.options(["--times", "3"]), tmp_path)
    assert [bar.what.split()[0] for bar in report.bars] == ["failed", *wakes.Count._fields]
    assert report.bars[0].reached


def test_idle_measures_registered_apps_and_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "WINDOW", 0.2)
    monkeypatch.setattr(idle, "CALM", 200.0)
    report = idle.benchmark(idle.options(["--apps", "0,3", "--hosts", "2", "--seconds", "0.2"]), tmp_path)
    assert [row[0] for row in report.tables[0].rows] == [
        *("0 registered apps, no host", "3 registered apps, no host", "2 idle hosts"),
    ]
    assert all(row[1] >= 0 for row in report.tables[0].rows)
    assert [bar.wanted for bar in report.bars] == [idle.MOST, idle.MOST, idle.MOST_WITH_HOSTS]
    assert not any("went away" in note for note in report.notes)
