# ruff: noqa: E501  (app code stands in one line)
"""What waits, yields and cleans up after itself: restricted code gives what Python gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.restrict.python import given_by_python

CONSTRUCTS = {
    "async generators and comprehensions": """
        import asyncio
        async def count(n):
            for i in range(n):
                got = yield i
                if got: yield got
        async def main():
            firsts = [i async for i in count(3) if i]
            pairs = {i: [j async for j in count(i)] async for i in count(3)}
            uniques = {i async for i in count(2)}
            lazy = (i async for i in count(2))
            lazies = [i async for i in lazy]
            agen = count(2)
            sent = await agen.__anext__(), await agen.asend("x")
            await agen.aclose()
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(asyncio.sleep(0, n)) for n in range(2)]
            awaited = [await it for it in tasks]
            return firsts, pairs, uniques, lazies, sent, awaited, [x for x in await asyncio.gather(*(asyncio.sleep(0, n) for n in (1, 2)))]
        RESULT = asyncio.run(main())
        """,
    "asyncio as people use it": """
        import asyncio, contextlib
        @contextlib.asynccontextmanager
        async def opened(name):
            log.append(("open", name))
            try:
                yield name
            finally:
                log.append(("close", name))
        log = []
        async def worker(queue, out):
            while True:
                n = await queue.get()
                out.append(n * n)
                queue.task_done()
        async def main():
            queue, out = asyncio.Queue(), []
            workers = [asyncio.create_task(worker(queue, out), name=f"w{n}") for n in range(2)]
            for n in range(4): queue.put_nowait(n)
            await queue.join()
            for it in workers: it.cancel()
            ended = await asyncio.gather(*workers, return_exceptions=True)
            lock, event, limit = asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1)
            async with opened("a") as name, lock, limit:
                event.set()
                await asyncio.wait_for(event.wait(), 1)
            future = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(future.set_result, "future")
            done, pending = await asyncio.wait([asyncio.ensure_future(future)], timeout=1, return_when=asyncio.FIRST_COMPLETED)
            firsts = [await it for it in asyncio.as_completed([asyncio.sleep(0, 1), asyncio.sleep(0.01, 2)])]
            try:
                async with asyncio.timeout(0.001):
                    await asyncio.shield(asyncio.sleep(0.05))
            except TimeoutError as error:
                late = type(error).__name__
            made = asyncio.Future()
            made.set_exception(KeyError("k"))
            try:
                await made
            except KeyError as error:
                failed = error.args
            return (sorted(out), [type(it).__name__ for it in ended], name, [it.result() for it in done], len(pending), firsts, late, failed,
                    isinstance(workers[0], asyncio.Task), isinstance(made, asyncio.Future), isinstance(1, asyncio.Future), workers[0].get_name(),
                    asyncio.iscoroutinefunction(main), await asyncio.to_thread(sum, [1, 2]))
        RESULT = asyncio.run(main()), log
        """,
    "generators": """
        def echo():
            total = 0
            try:
                while True:
                    try:
                        total += yield total
                    except ValueError as error:
                        total = f"caught {error}"
                        yield total
                        total = 0
            finally:
                log.append("closed")
        log = []
        g = echo()
        next(g)
        steps = [g.send(1), g.send(2), g.throw(ValueError("v")), next(g)]
        g.close()
        def tree(n):
            if n:
                yield from tree(n - 1)
                yield n
                yield from tree(n - 1)
            return "end"
        def catching():
            result = yield from tree(1)
            yield result
        class Tree:
            def __init__(self, *children): self.children = children
            def __iter__(self):
                yield self
                for child in self.children: yield from child
            def __reversed__(self): return reversed(list(iter(self)))
        pairs = ((x, y) for x in range(3) for y in range(x) if x != y)
        RESULT = steps, log, list(tree(2)), list(catching()), len(list(Tree(Tree(), Tree(Tree())))), list(pairs), sum(i * i for i in range(4)), len(list(reversed(Tree(Tree()))))
        """,
    "context managers": """
        import contextlib
        from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
        log = []
        class Managed:
            def __init__(self, name): self._name = name
            def __enter__(self):
                log.append(f"+{self._name}")
                return self
            def __exit__(self, kind, error, traceback):
                log.append((f"-{self._name}", kind and kind.__name__, str(error), traceback is None if error is None else "traceback"))
                return self._name == "swallow"
        @contextmanager
        def tagged(tag):
            log.append(f"<{tag}>")
            try:
                yield tag
            finally:
                log.append(f"</{tag}>")
        with (Managed("a") as a, tagged("b") as b, Managed("swallow")):
            raise KeyError("k")
        with suppress(ZeroDivisionError): 1 / 0
        with ExitStack() as stack:
            names = [stack.enter_context(tagged(it)) for it in "xy"]
            stack.callback(log.append, "callback")
        with nullcontext(5) as five: pass
        @tagged("decorator")
        def wrapped(): return "w"
        class Closes:
            def close(self): log.append("closed")
        with closing(Closes()): pass
        class Deco(contextlib.ContextDecorator):
            def __enter__(self): log.append("in")
            def __exit__(self, *exc): log.append("out")
        @Deco()
        def decorated(): return 1
        RESULT = wrapped(), decorated(), five, names, b, [it if isinstance(it, str) else it[:3] for it in log]
        """,
}


@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_it_gives_what_python_gives(run: Any, text: str) -> None:
    assert repr(run(text).RESULT) == given_by_python(text)
