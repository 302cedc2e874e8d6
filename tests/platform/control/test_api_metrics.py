"""Metrics in the form that Prometheus reads."""

from __future__ import annotations

from typing import Any

from vaas.platform.control.metrics import METRICS, exposition


def test_every_metric_has_its_help_its_type_and_a_sample_of_each_app():
    lines = exposition({"till": {"calls": 7}, "shop": {"calls": 1_000_000, "in_flight": 2}}, {}).splitlines()
    for name, metric in METRICS.items():
        at = lines.index(f"# TYPE {name} {metric.kind}")
        assert lines[at - 1].startswith(f"# HELP {name} ")
        samples = [line.partition(" ")[0] for line in lines[at + 1 : at + 3]]
        assert samples == [f'{name}{{app="{app}"}}' for app in ("shop", "till")]
    assert 'vaas_calls_total{app="till"} 7' in lines


def test_counts_keep_all_their_digits():
    assert 'vaas_calls_total{app="shop"} 123456789' in exposition({"shop": {"calls": 123456789}}, {})


def test_metrics_need_a_token_and_say_what_they_are(shop: Any):
    assert shop.run(shop.http.get("/metrics")).status_code == 401
    answer = shop.run(shop.http.get("/metrics", headers={"authorization": f"Bearer {shop.admin}"}))
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'vaas_calls_total{app="shop"} 99' in answer.text
    assert 'vaas_error_responses_total{app="shop",status="504"} 1' in answer.text
    assert 'vaas_disk_bytes{app="shop"} 70' in answer.text
    assert "vaas_disk_free_bytes 600" in answer.text


def test_errors_are_told_by_status():
    lines = exposition({}, {"shop": {503: 1, 500: 12}}).splitlines()
    assert lines[-2:] == [
        'vaas_error_responses_total{app="shop",status="500"} 12',
        'vaas_error_responses_total{app="shop",status="503"} 1',
    ]
