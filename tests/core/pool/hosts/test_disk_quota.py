"""When an app's files are counted, and what follows from the sum."""

from __future__ import annotations

from tests.core.pool.hosts.simulated import ready
from vaas.core.pool.errors import DiskFull, HostOverLimit
from vaas.core.pool.hosts.actions import Kill, LimitWrites, Say
from vaas.core.pool.hosts.disk_quota import DiskQuota

MB = 1024 * 1024
HOSTS = [ready(), ready()]


def counted(quota: DiskQuota, size: int, now: float, seconds: float = 0.001) -> list[object]:
    assert quota.may_count(now)
    assert quota.begin(0, now)
    return list(quota.counted(HOSTS, size, seconds, now))


def test_an_app_within_its_limit_is_left_alone():
    assert counted(DiskQuota(100 * MB), 100 * MB, 10.0) == []


def test_an_app_beyond_its_limit_is_told_once_and_may_write_nothing_until_it_has_deleted_enough():
    quota = DiskQuota(100 * MB)
    first, *rest = counted(quota, 101 * MB, 10.0)
    assert isinstance(first, Say)
    assert isinstance(first.error, DiskFull)
    assert rest == [LimitWrites(host, 0) for host in HOSTS]
    assert counted(quota, 102 * MB, 20.0) == [LimitWrites(host, 0) for host in HOSTS]
    assert counted(quota, 90 * MB, 30.0) == [LimitWrites(host, 100 * MB) for host in HOSTS]
    assert counted(quota, 90 * MB, 40.0) == []


def test_an_app_that_writes_on_all_the_same_is_ended():
    quota = DiskQuota(100 * MB)
    counted(quota, 101 * MB, 10.0)
    assert all(isinstance(action, LimitWrites) for action in counted(quota, 125 * MB, 20.0))
    kills = counted(quota, 127 * MB, 30.0)
    assert [kill.host for kill in kills if isinstance(kill, Kill)] == HOSTS
    assert all(isinstance(kill.why, HostOverLimit) for kill in kills if isinstance(kill, Kill))


def test_what_was_deleted_since_is_not_given_back_as_room_to_write():
    quota = DiskQuota(100 * MB)
    counted(quota, 150 * MB, 10.0)
    counted(quota, 101 * MB, 20.0)
    assert all(isinstance(action, Kill) for action in counted(quota, 140 * MB, 30.0))


def test_a_worker_that_becomes_ready_beyond_the_limit_may_write_nothing_either():
    quota = DiskQuota(100 * MB)
    assert quota.welcome(HOSTS[0]) == []
    counted(quota, 101 * MB, 10.0)
    assert quota.welcome(HOSTS[0]) == [LimitWrites(HOSTS[0], 0)]


def test_files_are_counted_every_five_seconds_and_at_once_when_the_disk_fills():
    quota = DiskQuota(1000 * MB)
    assert quota.begin(900 * MB, 10.0)
    assert not quota.may_count(10.0), "they are being counted"
    quota.counted(HOSTS, MB, 0.001, 10.0)
    assert not quota.begin(890 * MB, 14.0)
    assert quota.begin(884 * MB, 14.0)
    quota.counted(HOSTS, MB, 0.001, 14.0)
    assert quota.begin(884 * MB, 19.1)


def test_the_files_of_an_app_beyond_its_limit_are_counted_four_times_a_second():
    quota = DiskQuota(100 * MB)
    counted(quota, 101 * MB, 10.0)
    assert not quota.begin(0, 10.2)
    assert quota.begin(0, 10.3)


def test_counting_takes_at_most_a_twentieth_of_the_time_and_half_of_it_while_the_disk_fills():
    quota = DiskQuota(1000 * MB)
    assert quota.begin(900 * MB, 10.0)
    quota.counted(HOSTS, MB, 1.0, 10.0)
    assert not quota.may_count(11.9)
    assert quota.may_count(12.1)
    assert not quota.begin(900 * MB, 29.9)
    assert quota.begin(900 * MB, 30.1)
