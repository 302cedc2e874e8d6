"""Onslaughts: code that takes all it can get, each a function of its own, in the order of what it takes.

Run by ``test_onslaughts.py`` in both modes. More, for trusted code alone: ``onslaughts_trusted.py``.
"""

from __future__ import annotations

from textwrap import dedent

ANY = dedent(
    """
    import asyncio
    import json
    import re
    import time
    import zlib
    import vaas

    KEPT = []

    # --- the processor

    def spin():
        while True:
            pass

    def spin_in_except():
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    def spin_in_finally():
        try:
            raise ValueError
        finally:
            while True:
                pass

    def sleep():
        time.sleep(999)

    def regex():
        re.match(r"(a+)+$", "a" * 40 + "b")

    def giant_power():
        return len(str(7 ** (10 ** 8)))

    def giant_product():
        number = 3 ** 2_000_000
        while True:
            number = number * number % (7 ** 1_000_000)

    def sum_of_giant_range():
        return sum(range(10 ** 11))

    def sort_without_end():
        return sorted(range(3 * 10 ** 6), key=lambda n: sorted(range(n % 100)))

    def membership():
        return -1 in range(10 ** 12) or any(n < 0 for n in range(10 ** 12))

    def collisions():
        return {2 ** 61 * n - n: n for n in range(200_000)}

    def collect_garbage():
        while True:
            cycle = [0] * 10
            cycle[0] = cycle
            KEPT.append(cycle)
            if len(KEPT) > 10 ** 5:
                KEPT.clear()

    async def spin_async():
        await asyncio.sleep(0)
        while True:
            pass

    async def wait_for_ever():
        await asyncio.sleep(999)

    async def swallow_cancellation():
        while True:
            try:
                await asyncio.sleep(999)
            except asyncio.CancelledError:
                pass

    async def wait_in_finally():
        try:
            await asyncio.sleep(999)
        finally:
            await asyncio.sleep(999)

    async def yield_for_ever():
        while True:
            await asyncio.sleep(0)

    async def never_woken():
        await asyncio.Event().wait()

    async def deadlock():
        lock = asyncio.Lock()
        async with lock:
            async with lock:
                pass

    async def tasks_without_end():
        while True:
            KEPT.append(asyncio.create_task(asyncio.sleep(999)))
            if len(KEPT) % 100 == 0:
                await asyncio.sleep(0)

    async def tasks_that_spin():
        for _ in range(100):
            KEPT.append(asyncio.create_task(yield_for_ever()))
        await asyncio.sleep(999)

    async def queue_without_end():
        queue = asyncio.Queue()
        while True:
            await queue.put("x" * 1000)

    # --- memory

    def blocks():
        while True:
            try:
                block = bytearray(16 * 1024 * 1024)
                KEPT.append(block)
                for at in range(0, len(block), 4096):
                    block[at] = 1
            except MemoryError:
                pass

    def one_string():
        return len("x" * 10 ** 12)

    def doubled_string():
        text = "x"
        while True:
            text += text

    def doubled_list():
        items = [0]
        while True:
            items += items

    def many_small():
        numbers = {}
        for n in range(10 ** 9):
            numbers[n] = str(n)

    def giant_shift():
        return (1 << (1 << 40)).bit_length()

    def giant_format():
        return len("%0999999999999d" % 1)

    def padded():
        return len("x".rjust(1 << 40))

    def nested_json():
        return json.loads("[" * 10 ** 6 + "]" * 10 ** 6)

    def deep_in_deep():
        deep = None
        for _ in range(10 ** 6):
            deep = [deep]
        del deep
        return "fine"

    def deep_answer():
        deep = None
        for _ in range(10 ** 5):
            deep = [deep]
        return deep

    def recursion():
        return recursion()

    def recursion_in_repr():
        deep = []
        for _ in range(10 ** 5):
            deep = [deep]
        return repr(deep)

    def zip_bomb():
        squeezed = zlib.compress(b"x" * 10_000_000)
        return len(b"".join(zlib.decompress(squeezed) for _ in range(10_000)))

    def giant_answer():
        return b"x" * (200 << 20)

    def giant_json():
        return ["x" * 1000] * 10 ** 6

    def exceptions_that_hold():
        last = None
        while True:
            try:
                raise ValueError("x" * 10_000) from last
            except ValueError as error:
                last = error

    # --- output, headers, errors

    def lines_without_end():
        while True:
            print("x" * 65536)

    def giant_line():
        while True:
            print("x" * (8 << 20))

    def giant_error():
        raise ValueError("x" * (8 << 20))

    def system_exit():
        raise SystemExit(7)

    def keyboard_interrupt():
        raise KeyboardInterrupt

    def stop_iteration():
        raise StopIteration

    def generator_exit():
        raise GeneratorExit

    async def cancelled():
        raise asyncio.CancelledError
    """
)


def names(source: str) -> list[str]:
    lines = [line.removeprefix("async ") for line in source.splitlines()]
    return [line[4:].partition("(")[0] for line in lines if line.startswith("def ")]


def app(source: str) -> str:
    """An app with a route for each function of the source, and one that is fine."""
    routes = [
        f'    @vaas.get("/{name}")\n    {"async " if f"async def {name}(" in source else ""}def _r_{name}(self):\n'
        f"        return {'await ' if f'async def {name}(' in source else ''}{name}()\n"
        for name in names(source)
    ]
    fine = '    @vaas.get("/fine")\n    async def fine(self):\n        return "fine"\n'
    return f"{source}\n@vaas.app\nclass Bad:\n" + "\n".join([fine, *routes]).replace("_r_", "call_")
