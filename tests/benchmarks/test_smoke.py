"""Each benchmark for a moment, for real: what comes out has its parts, whatever the speed, and no process stays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvloop

from benchmarks import cold_start, confinement, density, deploy, loader, redeploy, throughput
from benchmarks.bundled import load
from benchmarks.layers import WAYS
from benchmarks.loader import Load
from benchmarks.processes import children
from benchmarks.report import Report
from benchmarks.servers import STARLETTE, free_port, serving, uvicorn


@pytest.fixture(autouse=True)
def no_process_stays() -> Iterator[None]:
    before = set(children(os.getpid()))
    yield
    assert set(children(os.getpid())) <= before


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundled loader, in this process: as short as one likes."""

    def measure(url: str, connections: int, seconds: float) -> Load:
        return Load(**uvloop.run(load(url, connections, seconds)))

    monkeypatch.setattr(loader, "measure", measure)
    monkeypatch.setattr(throughput, "WARM", 2)


def titles(report: Report) -> list[str]:
    return [table.title for table in report.tables]


@pytest.mark.usefixtures("bundled")
def test_throughput_compares_each_of_ours_with_its_peers(tmp_path: Path) -> None:
    options = throughput.options(["--rounds", "1", "--seconds", "0.05", "--connections", "2"])
    report = throughput.benchmark(options, tmp_path)
    contenders, processor, ratios = report.tables
    assert {row[0] for row in contenders.rows} >= {throughput.ASYNC, throughput.DEF, throughput.ON_UVICORN}
    assert all(row[2] > 0 and row[-1] == 0 for row in contenders.rows), contenders
    parts = {throughput.ASYNC: ["gateway", "host"], throughput.ON_UVICORN: ["server"]}
    assert all([row[2] for row in processor.rows if row[0] == name] == parts[name] for name in parts)
    assert all(row[3] + row[4] == pytest.approx(row[5]) for row in processor.rows)
    assert {(row[0], row[1]) for row in ratios.rows} >= {
        (throughput.ASYNC, throughput.ON_UVICORN),
        (throughput.ASYNC, throughput.ON_BARE),
        (throughput.DEF, throughput.DEF_ON_UVICORN),
    }
    assert any("def against Starlette on uvicorn, 2 connections, rate" in bar.what for bar in report.bars)
    assert next(bar for bar in report.bars if bar.what == "failed requests").reached


def test_cold_start_times_first_bytes_and_counts_the_hosts_of_a_crowd(tmp_path: Path) -> None:
    report = cold_start.benchmark(cold_start.options(["--rounds", "1", "--starts", "2"]), tmp_path)
    first_bytes, inside = report.tables
    assert [row[1] for row in first_bytes.rows] == [2, 2, cold_start.PEERS_PER_ROUND]
    cold, warm, _ = (row[2] for row in first_bytes.rows)
    assert cold > warm > 0
    *stages, whole = inside.rows
    assert all(row[1] > 0 for row in stages)
    assert max(row[1] for row in stages) < whole[1]
    assert next(bar for bar in report.bars if bar.what.startswith("hosts for 50")).reached


def test_confinement_times_a_start_with_each_layer(tmp_path: Path) -> None:
    report = confinement.benchmark(confinement.options(["--rounds", "2"]), tmp_path)
    rows = {row[0]: row for row in report.tables[0].rows}
    possible = [way.adds for way in WAYS if not any(way.adds in note for note in report.notes)]
    assert list(rows) == [f"+ {adds}" for adds in possible]
    assert len(rows) >= len(WAYS) - 2
    assert all(row[1] == 2 and 0 < row[2] <= row[3] for row in rows.values())
    ends = [row[2] for row in rows.values()][:: len(rows) - 1]
    assert sum(row[4] for row in rows.values()) == pytest.approx(ends[1] - ends[0])


def test_deploy_adds_up_its_steps_to_the_first_new_answer(tmp_path: Path) -> None:
    report = deploy.benchmark(deploy.options(["--rounds", "1"]), tmp_path)
    *steps, answered, ended = report.tables[0].rows
    assert {"pack", "upload", "node: start", "node: unpack"} <= {row[0] for row in steps}
    assert sum(row[1] for row in steps) == pytest.approx(answered[1])
    assert ended[1] > 0


def test_deploys_under_load_lose_and_mix_up_no_answer(tmp_path: Path) -> None:
    report = deploy.benchmark(deploy.options(["--under-load", "--deploys", "2"]), tmp_path)
    (row,) = report.tables[0].rows
    assert row[0] == 2
    assert row[3] > 0
    assert [(bar.what, bar.value) for bar in report.bars] == [("failed answers", 0), ("wrong answers", 0)], report


@pytest.mark.skipif(os.geteuid() != 0, reason="hosts hide their memory from everybody but root")
def test_density_weighs_a_host_for_each_app(tmp_path: Path) -> None:
    report = density.benchmark(density.options(["--apps", "2"]), tmp_path)
    host, platform, zygote, peer = report.tables[0].rows
    assert all(0 < row[1] <= row[2] for row in (host, platform, zygote, peer))
    assert len(report.bars) == 2


def test_the_bundled_loader_counts_what_is_not_an_answer_as_failed(tmp_path: Path) -> None:
    port = free_port()
    with serving(uvicorn(STARLETTE, port), port, "/hello", tmp_path) as (url, _):
        good = uvloop.run(load(f"{url}/hello", 2, 0.05))
        bad = uvloop.run(load(f"{url}/nowhere", 2, 0.05))
    assert good["failed"] == 0 < good["rate"]
    assert 0 < good["p50"] <= good["p99"]
    assert bad["failed"] > 0


def test_a_redeploy_tells_its_time_its_bytes_and_the_import_beside_plain_python_s(tmp_path: Path) -> None:
    report = redeploy.benchmark(redeploy.options(["--rounds", "1", "--apps", "hello_def,flask_page"]), tmp_path)
    (table,) = report.tables
    assert [row[0] for row in table.rows] == ["hello_def", "flask_page"]
    assert all(0 < row[2] <= row[3] and 0 < row[4] < 1024 for row in table.rows)
    assert [(row[5] != "", row[6] != "") for row in table.rows] == [(False, False), (True, True)]
    assert [bar.what.partition(": ")[2] for bar in report.bars] == [
        *("redeploy, median", "uploaded"),
        *("redeploy, median", "uploaded", "import"),
    ]
