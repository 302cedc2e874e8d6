"""kill -9 anything: what was not in flight there is not affected, nothing is lost, and it heals."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import Callable

import httpx

from tests.e2e.apps import COUNTS, PID, TRUSTED, says
from tests.e2e.processes import children, hosts_of, is_dead, name_of, wait_for_the_end_of, zygote_of
from tests.e2e.running import Running


def test_fifty_simultaneous_first_requests_start_one_host(own_platform: Running):
    own_platform.deploy("cold", PID, TRUSTED + "[limits]\nworkers = 1\n")

    async def all_at_once() -> list[httpx.Response]:
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(limits=limits, timeout=20) as client:
            return await asyncio.gather(*(client.get(f"{own_platform.gateway}/cold/") for _ in range(50)))

    own_platform.stop()
    own_platform.start()
    answers = asyncio.run(all_at_once())
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(hosts_of(own_platform)) == 1


def test_a_killed_host_is_replaced_for_the_next_request(own_platform: Running):
    own_platform.deploy("pid", PID, TRUSTED)
    first = own_platform.get("/pid/").text
    [host] = hosts_of(own_platform)
    os.kill(host, signal.SIGKILL)
    second = own_platform.get("/pid/")
    if second.status_code == 502:  # it was sent while the host was dying
        second = own_platform.get("/pid/")
    assert second.status_code == 200
    assert second.text
    assert hosts_of(own_platform) != [host]
    assert first


def test_hosts_outlive_their_zygote_and_new_ones_start_all_the_same(own_platform: Running):
    own_platform.deploy("one", PID, TRUSTED)
    before = own_platform.get("/one/").text
    zygote = zygote_of(own_platform)
    os.kill(zygote, signal.SIGKILL)
    assert own_platform.get("/one/").text == before
    own_platform.deploy("two", PID, TRUSTED)
    assert own_platform.get("/two/").status_code == 200
    assert zygote_of(own_platform) != zygote


def test_a_killed_platform_takes_its_hosts_with_it_and_serves_everything_again_after_a_restart(own_platform: Running):
    own_platform.deploy("kept", PID, TRUSTED)
    own_platform.get("/kept/")
    hosts = hosts_of(own_platform)
    own_platform.stop(signal.SIGKILL)
    for host in hosts:
        wait_for_the_end_of(host)
    own_platform.start()
    assert own_platform.get("/kept/").status_code == 200


def test_a_stopped_platform_leaves_no_process(own_platform: Running):
    own_platform.deploy("stops", PID, TRUSTED)
    own_platform.get("/stops/")
    left = [zygote_of(own_platform), *hosts_of(own_platform)]
    assert own_platform.stop() == 0
    for pid in left:
        wait_for_the_end_of(pid)


def test_a_deploy_under_load_loses_no_request_and_mixes_no_answer(own_platform: Running):
    own_platform.deploy("busy", says("0"))
    seen: Counter[str] = Counter()

    async def load(client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            answer = await client.get(f"{own_platform.gateway}/busy/")
            seen[f"{answer.status_code} {answer.text}"] += 1

    async def deploy_all() -> None:
        stop = asyncio.Event()
        async with httpx.AsyncClient(timeout=20) as client:
            loads = [asyncio.create_task(load(client, stop)) for _ in range(8)]
            for n in range(1, 6):
                await asyncio.to_thread(own_platform.deploy, "busy", says(str(n)))
            stop.set()
            await asyncio.gather(*loads)

    asyncio.run(deploy_all())
    assert set(seen) <= {f"200 {n}" for n in range(6)}, seen
    assert own_platform.get("/busy/").text == "5"


def test_what_an_app_keeps_in_data_is_there_after_a_redeploy_and_a_restart(own_platform: Running):
    own_platform.deploy("counts", COUNTS)
    assert httpx.post(f"{own_platform.gateway}/counts/").text == "1"
    own_platform.deploy("counts", COUNTS + "# changed\n")
    assert httpx.post(f"{own_platform.gateway}/counts/").text == "2"
    own_platform.stop(signal.SIGKILL)
    own_platform.start()
    assert httpx.post(f"{own_platform.gateway}/counts/").text == "3"


def test_a_zygote_that_is_killed_leaves_no_dead_process_behind(own_platform: Running):
    own_platform.deploy("one", PID, TRUSTED)
    assert own_platform.process is not None
    zygote = zygote_of(own_platform)
    left = [pid for pid in children(zygote) if pid not in hosts_of(own_platform)]
    os.kill(zygote, signal.SIGKILL)
    for pid in left:
        wait_for_the_end_of(pid)
    own_platform.deploy("two", PID, TRUSTED)
    dead = [name_of(pid) for pid in children(own_platform.process.pid) if is_dead(pid)]
    assert dead == []


def test_the_first_request_after_a_restart_is_answered_however_early_it_comes(own_platform: Running):
    own_platform.deploy("early", says("hello"))
    for _ in range(3):
        own_platform.stop()
        own_platform.start()
        assert own_platform.get("/early/").status_code == 200


def test_an_app_that_ran_runs_again_after_a_restart_before_it_is_asked(own_platform: Running):
    own_platform.deploy("ran", PID, TRUSTED)
    own_platform.deploy("slept", PID, TRUSTED + "[limits]\nidle = '100ms'\n")
    until(lambda: apps_that_run(own_platform) == ["vaas ran"])
    own_platform.stop()
    own_platform.start()
    until(lambda: apps_that_run(own_platform) == ["vaas ran"])
    [host] = hosts_of(own_platform)
    assert own_platform.get("/ran/").status_code == 200
    assert hosts_of(own_platform) == [host]


def apps_that_run(platform: Running) -> list[str]:
    try:
        return [name_of(host) for host in hosts_of(platform)]
    except (FileNotFoundError, StopIteration):  # one has just ended, or the zygote has just begun
        return []


def until(holds: Callable[[], bool]) -> None:
    """What another process does by itself is not told to a test."""
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it has not come about in ten seconds")
