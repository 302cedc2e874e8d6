"""The judge: it lets a good storm pass, and fails each claim by itself when that does not hold."""

from __future__ import annotations

import pytest

from tests.hostile import deploys
from tests.hostile.judge import MB, NEIGHBOURS, judge
from tests.hostile.report import report
from tests.hostile.vocabulary import Census, Process, Sample, Span, Stored, Storm, Tally

QUIET, STORM, LATER = Span(0, 10), Span(10, 40), Span(50, 60)
NODE, ZYGOTE = Process(1, "node", 60 * MB, 40), Process(2, "zygote", 40 * MB, 7)
HOST = Process(3, "neighbour", 30 * MB, 10)
ROOT = Stored(".", 0, 0o40711)
FILES = (ROOT, Stored("config.sqlite", MB, 0o100600), Stored("tmp", 0, 0o40710), Stored("tmp/a.py", 10, 0o100644))
TRACEBACK = "Traceback (most recent call last):\n  File …\nValueError: x\n"


def samples(kind: str, seconds: float, span: Span, rate: float = 40.0, wrong: str = "") -> list[Sample]:
    count = int((span.end - span.begin) * rate)
    return [Sample(kind, span.begin + number / rate, seconds, wrong) for number in range(count)]


def asked(*spans: Span, control: float = 0.002, seconds: float) -> list[Sample]:
    found = [sample for kind in NEIGHBOURS for span in spans for sample in samples(kind, seconds, span)]
    found += [sample for span in spans for sample in samples("control", control, span)]
    return found + [sample for span in spans for sample in samples("admin", 0.1, span, 4)]


def census(*processes: Process, files: tuple[Stored, ...] = FILES) -> Census:
    return Census(0.0, processes, files)


GOOD = Storm(
    quiet=(QUIET, LATER),
    storm=STORM,
    samples=(*asked(QUIET, LATER, seconds=0.006), *asked(STORM, seconds=0.02), *samples("deploy", 1, STORM, 0.5)),
    tallies=(Tally("paths", rounds=3, shots=9, right=9),),
    before=census(NODE, ZYGOTE, HOST),
    during=(census(NODE, ZYGOTE, HOST, HOST),),
    after=census(NODE, ZYGOTE, HOST),
    log="2026-11-27 20:00:00,000 Invalid HTTP request received.\n",
)


def failed(storm: Storm) -> list[str]:
    return [verdict.claim for verdict in judge(storm) if not verdict.fine]


def also(*more: Sample) -> Storm:
    return GOOD._replace(samples=(*GOOD.samples, *more))


def test_a_storm_that_nobody_feels_passes():
    assert failed(GOOD) == []


@pytest.mark.parametrize("kind", NEIGHBOURS)
def test_a_neighbour_that_waits_six_times_as_long_is_a_failure(kind: str):
    rest = [sample for sample in GOOD.samples if sample.kind != kind]
    quiet, slow = samples(kind, 0.012, QUIET) + samples(kind, 0.012, LATER), samples(kind, 0.072, STORM)
    assert failed(GOOD._replace(samples=(*rest, *quiet, *slow))) == [f"neighbour, {kind}: p99 at most 5 times quiet"]
    noisy = samples(kind, 0.012, QUIET) + samples(kind, 0.072, LATER)
    assert failed(GOOD._replace(samples=(*rest, *noisy, *slow))) == []


def test_with_more_patience_waits_may_be_longer_by_so_much():
    rest = [sample for sample in GOOD.samples if sample.kind != "kept"]
    quiet, slow = samples("kept", 0.012, QUIET) + samples("kept", 0.012, LATER), samples("kept", 0.072, STORM)
    storm = GOOD._replace(samples=(*rest, *quiet, *slow))
    assert [verdict.fine for verdict in judge(storm, 2)].count(False) == 0
    assert [verdict.claim for verdict in judge(storm, 1.1) if not verdict.fine] == [
        "neighbour, kept: p99 at most 5.5 times quiet"
    ]


def test_a_node_that_stands_still_for_a_second_is_a_failure():
    """Because questions are due all the while, and count from then."""
    late = [Sample("kept", 20 + n / 40, 1 - n / 40) for n in range(40)]
    assert failed(also(*late)) == ["neighbour, kept: p99 at most 5 times quiet"]


def test_a_machine_that_stands_still_for_all_is_not_the_node_s_doing():
    frozen = [Sample(kind, 20 + n / 40, 1 - n / 40) for n in range(40) for kind in ("kept", "control")]
    assert failed(also(*frozen)) == []


def test_of_times_nothing_is_told_where_the_node_hardly_had_the_processor():
    late = [Sample("kept", 20 + n / 40, 1 - n / 40) for n in range(40)]
    busy = [census(NODE, ZYGOTE, HOST)._replace(processor=times) for times in ((0.0, 0.0), (3.0, 7.0))]
    storm = also(*late)._replace(during=tuple(busy))
    assert failed(storm) == []
    assert [verdict.claim for verdict in judge(storm) if not verdict.told] == [
        "neighbour, kept: p99 at most 5 times quiet"
    ]
    assert "? neighbour, kept" in report(storm, judge(storm), "7")
    assert "1 cannot be told: the node hardly had the processor: seed 7." in report(storm, judge(storm), "7")
    wrong = storm._replace(tallies=(Tally("paths", rounds=3, shots=9, right=8, wrongs=1),))
    assert failed(wrong) == ["attacker paths: only right answers"]


def test_a_machine_that_is_slow_for_all_tells_less_apart_but_only_so_much_less():
    for control, allowed in ((0.04, 0.2), (1.0, 0.25)):
        for seconds, fine in ((allowed - 0.01, True), (allowed + 0.01, False)):
            rest = [one for one in GOOD.samples if one.kind not in ("control", "kept")]
            slow = samples("control", control, Span(5, 9)) + samples("control", control, Span(30, 32))
            kept = (
                samples("kept", 0.006, QUIET) + samples("kept", seconds, Span(12, 20)) + samples("kept", 0.006, LATER)
            )
            assert (failed(GOOD._replace(samples=(*rest, *slow, *kept))) == []) == fine


@pytest.mark.parametrize("kind", [*NEIGHBOURS, "admin", "deploy"])
def test_one_wrong_answer_is_a_failure(kind: str):
    [claim] = failed(also(Sample(kind, 20.0, 0.01, "503 …")))
    assert "no wrong answer" in claim


def test_a_wrong_answer_before_the_first_quiet_does_not_count():
    assert failed(also(Sample("kept", -5.0, 0.01, "503 …"))) == []


def test_users_that_asked_nothing_are_a_failure():
    assert {claim.partition(":")[0] for claim in failed(GOOD._replace(samples=()))} >= {"neighbour", "admin", "deploys"}


def test_an_admin_who_waits_longer_than_a_second_is_a_failure():
    assert failed(also(Sample("admin", 20.0, 1.1))) == ["admin: answered within 1 s"]


@pytest.mark.parametrize(
    "tally", [Tally("paths", 1, shots=2, right=1, wrong=("404 wanted",), wrongs=1), Tally("paths", 0, 5, turned_away=5)]
)
def test_an_attacker_with_a_wrong_answer_or_without_a_right_one_is_a_failure(tally: Tally):
    assert failed(GOOD._replace(tallies=(tally,))) == ["attacker paths: only right answers"]


@pytest.mark.parametrize(
    ("after", "claim"),
    [
        (census(NODE._replace(memory=130 * MB), ZYGOTE, HOST), "node: at most 64 MB larger afterwards"),
        (census(NODE, ZYGOTE._replace(memory=90 * MB), HOST), "zygote: at most 8 MB larger afterwards"),
        (census(NODE._replace(descriptors=60), ZYGOTE, HOST), "node: at most 4 descriptors more afterwards"),
        (census(NODE, ZYGOTE._replace(descriptors=8), HOST), "zygote: at most 0 descriptors more afterwards"),
        (census(NODE, ZYGOTE, HOST, HOST), "no more processes afterwards"),
        (census(NODE, ZYGOTE, HOST, Process(9, "target", MB, 7)), "no more processes afterwards"),
        (census(NODE, ZYGOTE, HOST, *[HOST._replace(kind=deploys.NAME)] * 9), "shop: at most 4 hosts at a time"),
        (census(NODE._replace(pid=9), ZYGOTE, HOST), "node: never restarted"),
        (census(NODE, ZYGOTE._replace(pid=9), HOST), "zygote: never restarted"),
        (census(NODE, ZYGOTE, HOST, files=(ROOT, Stored("a", 1, 0o100644))), "data folder: for its owner only"),
        (census(NODE, ZYGOTE, HOST, files=(Stored(".", 0, 0o40755),)), "data folder: for its owner only"),
        (census(NODE, ZYGOTE, HOST, files=(*FILES, Stored("bundles/.x", 1, 0o600))), "data folder: nothing half-made"),
        (
            census(NODE, ZYGOTE, HOST, files=(*FILES, Stored("logs/x", 90 * MB, 0o600))),
            "data folder: grows by what was deployed alone",
        ),
    ],
)
def test_what_is_not_as_it_was_is_a_failure(after: Census, claim: str):
    assert failed(GOOD._replace(after=after)) == [claim]


def test_memory_that_is_taken_meanwhile_is_a_failure_though_it_is_given_back():
    during = (census(NODE._replace(memory=300 * MB), ZYGOTE, HOST),)
    assert failed(GOOD._replace(during=during)) == ["node: at most 160 MB larger meanwhile"]


def test_a_zygote_that_was_gone_meanwhile_is_a_failure():
    assert failed(GOOD._replace(during=(census(NODE, HOST),))) == ["zygote: never restarted"]


@pytest.mark.parametrize(
    ("log", "claim"),
    [
        (TRACEBACK, "node log: no traceback"),
        ("x" * 70 * 1024 * 30, "node log: at most 64 KB a second"),
        ("fine\rforged\n", "node log: no control characters"),
        ("\x1b[2J\n", "node log: no control characters"),
    ],
)
def test_what_the_node_must_not_write_is_a_failure(log: str, claim: str):
    assert failed(GOOD._replace(log=log)) == [claim]


def test_the_report_tells_every_figure_and_the_seed():
    verdicts = judge(GOOD)
    text = report(GOOD, verdicts, "7")
    assert all(verdict.figure in text for verdict in verdicts)
    assert text.endswith("claims hold: seed 7.")


def test_the_report_ends_with_what_failed():
    storm = GOOD._replace(log=TRACEBACK)
    lines = report(storm, judge(storm), "7").splitlines()
    assert lines[-1].startswith("1 of ")
    assert [line for line in lines if line.startswith("✗")] == ["✗ node log: no traceback: "]
