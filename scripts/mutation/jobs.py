"""Jobs side by side: orders in, answers out, and nothing left of them when it is over, however it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from scripts.mutation.job import Answer, Order

ROOT = Path(__file__).resolve().parents[2]
Thing = TypeVar("Thing")


class Jobs:
    def __init__(self, processes: list[subprocess.Popen[str]]) -> None:
        self._processes = processes
        self._free: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
        for process in processes:
            self._free.put(process)

    def map(
        self, things: Iterable[Thing], order: Callable[[Thing], Order], until: Callable[[], bool] = lambda: False
    ) -> Iterator[tuple[Thing, Answer]]:
        """Each thing with the answer to its order, as they come. Once ``until`` is true no more are begun."""
        waiting = iter(things)
        running: dict[Future[Answer], Thing] = {}
        count = len(self._processes)
        with ThreadPoolExecutor(count) as threads, self._stopping():
            while True:
                while len(running) < count and not until() and (thing := next(waiting, None)) is not None:
                    running[threads.submit(self._ask, order(thing))] = thing
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """An interrupt ends the jobs at once: else it would wait for the threads, and these for their answers."""
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()

    def _ask(self, order: Order) -> Answer:
        process = self._free.get()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
        answer: Answer = json.loads(process.stdout.readline())
        self._free.put(process)
        return answer


@contextmanager
def jobs(count: int, root: Path = ROOT) -> Iterator[Jobs]:
    """Starts that many. At the end they are asked to stop, by their pids, and their folders are gone."""
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    folder.chmod(0o755)  # hosts run as users of their own, and read the copies
    processes: list[subprocess.Popen[str]] = []
    try:
        for number in range(count):
            (own := folder / str(number)).mkdir()
            command = [sys.executable, "-m", "scripts.mutation.job", str(own), str(root)]
            pipe = subprocess.PIPE
            # A session of its own: a Ctrl-C at the terminal reaches this process alone, which then stops them.
            processes.append(
                subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, start_new_session=True)
            )
        yield Jobs(processes)
    finally:
        Jobs(processes).stop()
        for process in processes:
            process.communicate()
        shutil.rmtree(folder, ignore_errors=True)
