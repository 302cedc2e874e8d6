"""What every bundle store must do. A test file subclasses ``BundlesContract`` and says how its store is opened."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from time import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaas.platform.bundles.interface import BundleNotFound, Bundles, BundleTooLarge, DigestMismatch

MB = 1024 * 1024
LARGE = bytes(range(256)) * 13_000
"""More than three megabytes: several journeys to the disk."""


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def chunks(data: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        await asyncio.sleep(0)
        yield data[start : start + size]


async def put(bundles: Bundles, data: bytes) -> str:
    digest = digest_of(data)
    assert await bundles.put(digest, chunks(data), MB * 10) == len(data)
    return digest


async def get(bundles: Bundles, digest: str) -> bytes:
    return b"".join([chunk async for chunk in bundles.get(digest)])


class BundlesContract:
    open: Callable[[], AbstractAsyncContextManager[Bundles]]

    def run(self, scenario: Callable[[Bundles], Awaitable[None]]) -> None:
        async def opened() -> None:
            async with self.open() as bundles:
                await scenario(bundles)

        asyncio.run(opened())

    def test_a_new_store_has_nothing(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            assert await bundles.digests() == []
            assert not await bundles.has("0" * 64)

        self.run(scenario)

    @given(datas=st.lists(st.binary(max_size=2000), max_size=4))
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_what_was_put_comes_back_as_it_was(self, datas: list[bytes]) -> None:
        async def scenario(bundles: Bundles) -> None:
            for data in datas:
                digest = await put(bundles, data)
                assert await bundles.has(digest)
                assert await get(bundles, digest) == data
            assert await bundles.digests() == sorted({(digest_of(data), len(data)) for data in datas})

        self.run(scenario)

    def test_a_large_bundle_comes_back_as_it_was_in_several_chunks(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            digest = await put(bundles, LARGE)
            parts = [chunk async for chunk in bundles.get(digest)]
            assert len(parts) > 1
            assert b"".join(parts) == LARGE

        self.run(scenario)

    def test_a_bundle_that_is_not_there_is_named(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            with pytest.raises(BundleNotFound, match="0" * 64):
                await get(bundles, "0" * 64)

        self.run(scenario)

    def test_a_bundle_with_another_digest_is_refused_and_nothing_is_left(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            expected, actual = digest_of(b"what was sent"), digest_of(b"what came")
            with pytest.raises(DigestMismatch) as caught:
                await bundles.put(expected, chunks(b"what came"), 100)
            assert caught.value.facts == {"expected": expected, "actual": actual}
            assert await bundles.digests() == []

        self.run(scenario)

    def test_a_bundle_over_the_limit_is_refused_before_all_of_it_has_come(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            taken = 0

            async def endless() -> AsyncIterator[bytes]:
                nonlocal taken
                while True:
                    taken += 1000
                    yield b"x" * 1000

            with pytest.raises(BundleTooLarge, match="limit of 2500 bytes"):
                await bundles.put("0" * 64, endless(), 2500)
            assert taken == 3000
            assert await bundles.digests() == []

        self.run(scenario)

    def test_a_bundle_of_just_the_limit_is_taken(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            assert await bundles.put(digest_of(b"12345"), chunks(b"12345"), 5) == 5

        self.run(scenario)

    def test_an_upload_that_breaks_off_leaves_nothing(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            async def broken() -> AsyncIterator[bytes]:
                yield LARGE
                raise ConnectionResetError

            with pytest.raises(ConnectionResetError):
                await bundles.put(digest_of(LARGE), broken(), 10 * MB)
            assert await bundles.digests() == []

        self.run(scenario)

    def test_a_cancelled_upload_leaves_nothing(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            begun = asyncio.Event()

            async def stuck() -> AsyncIterator[bytes]:
                yield LARGE
                begun.set()
                await asyncio.Event().wait()

            upload = asyncio.create_task(bundles.put(digest_of(LARGE), stuck(), 10 * MB))
            await begun.wait()
            upload.cancel()
            with pytest.raises(asyncio.CancelledError):
                await upload
            assert await bundles.digests() == []

        self.run(scenario)

    def test_an_upload_cancelled_at_any_moment_leaves_nothing_or_all(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            for turns in range(12):
                upload = asyncio.create_task(bundles.put(digest_of(LARGE), chunks(LARGE, MB), 10 * MB))
                for _ in range(turns):
                    await asyncio.sleep(0)
                upload.cancel()
                await asyncio.gather(upload, return_exceptions=True)
                if await bundles.has(digest_of(LARGE)):
                    assert await get(bundles, digest_of(LARGE)) == LARGE
                    await bundles.delete(digest_of(LARGE))

        self.run(scenario)

    def test_the_same_bundle_put_by_several_at_once_is_there_once(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            await asyncio.gather(*(put(bundles, LARGE) for _ in range(5)))
            assert await bundles.digests() == [(digest_of(LARGE), len(LARGE))]
            assert await get(bundles, digest_of(LARGE)) == LARGE

        self.run(scenario)

    def test_a_failed_upload_does_no_harm_to_the_bundle_that_is_there(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            digest = await put(bundles, b"good")
            with pytest.raises(DigestMismatch):
                await bundles.put(digest, chunks(b"damaged"), 100)
            assert await get(bundles, digest) == b"good"

        self.run(scenario)

    def test_a_deleted_bundle_is_gone_and_deleting_it_again_is_fine(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            digest = await put(bundles, b"data")
            await bundles.delete(digest)
            await bundles.delete(digest)
            assert not await bundles.has(digest)
            with pytest.raises(BundleNotFound):
                await get(bundles, digest)

        self.run(scenario)

    def test_what_is_named_or_new_or_renewed_is_not_collected(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def pass_time(seconds: float) -> None:
            for module in ("folder", "memory"):
                monkeypatch.setattr(f"vaas.platform.bundles.{module}.clock", lambda: time() + seconds)

        async def scenario(bundles: Bundles) -> None:
            named, other = await put(bundles, b"named"), await put(bundles, b"other!")
            assert await bundles.collect({named}, 600) == []
            pass_time(1000)
            assert await bundles.renew(other)
            assert await bundles.collect({named}, 600) == []
            pass_time(2000)
            assert await bundles.collect({named}, 600) == [(other, 6)]
            assert await bundles.digests() == [(named, 5)]
            assert not await bundles.renew(other)

        self.run(scenario)

    def test_a_bundle_that_is_just_coming_is_not_collected(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            begun, go_on = asyncio.Event(), asyncio.Event()

            async def slow() -> AsyncIterator[bytes]:
                yield LARGE[:MB]
                begun.set()
                await go_on.wait()
                yield LARGE[MB:]

            upload = asyncio.create_task(bundles.put(digest_of(LARGE), slow(), 10 * MB))
            await begun.wait()
            assert await bundles.collect(frozenset(), 0) == []
            go_on.set()
            await upload
            assert await get(bundles, digest_of(LARGE)) == LARGE

        self.run(scenario)

    def test_a_download_that_is_not_read_to_its_end_is_let_go(self) -> None:
        async def scenario(bundles: Bundles) -> None:
            digest = await put(bundles, LARGE)
            async for _ in bundles.get(digest):
                break
            await bundles.delete(digest)
            assert await bundles.digests() == []

        self.run(scenario)

    @pytest.mark.parametrize(
        "name", ["", ".", "..", "../secret", "/etc/passwd", "a" * 63, "A" * 64, "0" * 64 + "\n", "\0"]
    )
    def test_what_is_no_digest_names_no_bundle(self, name: str) -> None:
        async def scenario(bundles: Bundles) -> None:
            assert not await bundles.has(name)
            assert not await bundles.renew(name)
            await bundles.delete(name)
            with pytest.raises(BundleNotFound):
                await get(bundles, name)
            with pytest.raises(DigestMismatch):
                await bundles.put(name, chunks(b"data"), 100)
            assert await bundles.digests() == []

        self.run(scenario)
