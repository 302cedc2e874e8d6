"""What restricted mode costs: the same code compiled plainly and as restricted code, run in turns.

``python -m benchmarks.restricted``. Bars: an ordinary JSON handler, and a loop of little but attributes. ``--python``
runs it on other interpreters as well, each in an environment that uv makes and keeps in its cache.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.command import Options, parser, run
from benchmarks.figures import Bar, median, ratio
from benchmarks.report import Report, progress
from vaas.core.restrict.code_cache import CodeCache
from vaas.core.restrict.compiler import compile_restricted
from vaas.core.virtual.machine import Machine

HANDLERS = '''
import json
from dataclasses import dataclass, field

PRICES = {"tea": 3, "coffee": 4, "cake": 5}

@dataclass
class Line:
    item: str
    count: int
    price: int = 0

@dataclass
class Order:
    customer: str
    lines: list = field(default_factory=list)

class Shop:
    """An ordinary handler: JSON in, a few objects, a loop, JSON out."""

    def __init__(self):
        self._seen = 0

    async def order(self, body):
        asked = json.loads(body)
        self._seen += 1
        order = Order(asked["customer"])
        for line in asked["lines"]:
            item = line["item"].lower().strip()
            if item not in PRICES:
                return {"status": 404, "detail": f"no {item}"}
            order.lines.append(Line(item, int(line.get("count", 1)), PRICES[item]))
        total = sum(line.count * line.price for line in order.lines)
        answer = {"number": self._seen, "customer": order.customer.title(), "total": total,
                  "lines": [{"item": it.item, "count": it.count} for it in order.lines]}
        return json.dumps(answer)

SHOP = Shop()
LINES = [{"item": " Tea", "count": 2}, {"item": "Cake"}, {"item": "coffee"}]
BODY = json.dumps({"customer": "ada lovelace", "lines": LINES})

async def handler():
    for _ in range(400):
        await SHOP.order(BODY)
'''
ATTRIBUTES = """
class Point:
    def __init__(self, x, y):
        self._x = x
        self._y = y

    def plus(self, dx, dy):
        return Point(self._x + dx, self._y + dy)

    def length(self):
        return self._x * self._x + self._y * self._y

class Walk:
    def __init__(self):
        self._at = Point(0, 0)
        self._sum = 0
        self.steps = 0

    def step(self, dx, dy):
        self._at = self._at.plus(dx, dy)
        self._sum += self._at.length()
        self.steps += 1

async def attributes():
    walk = Walk()
    for n in range(4000):
        walk.step(n & 3, n & 1)
    return walk
"""
CASES = {"handler": HANDLERS, "attributes": ATTRIBUTES}
NAMES = {"handler": "an ordinary JSON handler", "attributes": "a loop of attributes and constructors"}
BARS = {"handler": 1.05 if sys.version_info < (3, 12) else 1.1, "attributes": 2.0}
"""Times plain Python, at most. The second was promised for 3.11."""
COMPILED_LINES = 400


def benchmark(options: Options, home: Path) -> Report:
    made = Report("restricted")
    table = made.table("Running", "what", "plain ms", "restricted ms", "ratio")
    for name, text in CASES.items():
        plain, restricted = measure(in_turns(*both(name, text, home)), options.rounds)
        times = ratio(restricted, plain)
        table.rows.append([NAMES[name], 1e3 * median(plain), 1e3 * median(restricted), times])
        made.bars.append(Bar(NAMES[name], times, BARS[name], at_least=False, unit=" times"))
    compiling(made, home, max(3, options.rounds // 4))
    return made


def both(name: str, text: str, home: Path) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The case as plain and as restricted code."""
    folder = home / name
    folder.mkdir()
    (folder / "app.py").write_text(text)
    names: dict[str, Any] = {"__name__": name}
    sys.modules[name] = type(sys)(name)
    exec(compile(text, f"{name}.py", "exec", dont_inherit=True), names)  # noqa: S102  # our own text
    machine = Machine(folder)
    return names[name], machine.resolve(f"app:{name}")


Turn = Callable[[], float]


def in_turns(plain: Callable[[], Any], restricted: Callable[[], Any]) -> tuple[Turn, Turn]:
    loop = asyncio.new_event_loop()

    def timed(function: Callable[[], Any]) -> Turn:
        def turn() -> float:
            began = time.thread_time()
            loop.run_until_complete(function())
            return time.thread_time() - began

        return turn

    return timed(plain), timed(restricted)


def measure(turns: tuple[Turn, Turn], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of the processor of each, in turns; each begins every other round. Nothing here waits."""
    taken: tuple[list[float], list[float]] = ([], [])
    for round_ in range(-3, rounds):  # the first rounds warm the interpreter up
        progress(f"round {round_ + 1} of {rounds}")
        for which in (0, 1) if round_ % 2 else (1, 0):
            seconds = turns[which]()
            if round_ >= 0:
                taken[which].append(seconds)
    progress("")
    return taken


def compiling(made: Report, home: Path, rounds: int) -> None:
    """What compiling costs, and what the cache makes of it."""
    source = (ATTRIBUTES * (COMPILED_LINES // ATTRIBUTES.count("\n") + 1)).encode()
    cache = CodeCache("restricted", str(home))
    home.chmod(0o700)
    cache.compile(source, "/app/app.py")
    ways: dict[str, Callable[[], Any]] = {
        "compile, plain": lambda: compile(source, "app.py", "exec", dont_inherit=True),
        "compile, restricted": lambda: compile_restricted(source, "/app/app.py"),
        "read from the cache": lambda: cache.compile(source, "/app/app.py"),
    }
    table = made.table(f"Compiling {len(source.splitlines())} lines", "way", "ms")
    for name, way in ways.items():
        taken = []
        for _ in range(rounds):
            began = time.thread_time()
            way()
            taken.append(time.thread_time() - began)
        table.rows.append([name, 1e3 * median(taken)])


def on_other_pythons(options: Options) -> int:
    """Runs itself by uv on each. Returns the worst exit code."""
    root = Path(__file__).parents[1]
    own = ["--rounds", str(options.rounds), *(["--json"] if options.json else [])]
    codes = []
    for python in options.python:
        command = [
            "uv",
            "run",
            "--no-project",
            "--quiet",
            "--python",
            python,
            "--with",
            "msgspec",
            "--with",
            "RestrictedPython",
        ]
        codes.append(
            subprocess.call([*command, "python", "-m", "benchmarks.restricted", *own], cwd=root, env=os.environ)
        )
    return max(codes)


def options() -> Options:
    made = parser(__doc__, rounds=40)
    made.add_argument(
        "--python", nargs="+", default=[], help="interpreters to run it on instead, as uv knows them: 3.12 3.13"
    )
    return made.parse_args()


if __name__ == "__main__":
    chosen = options()
    if chosen.python:
        sys.exit(on_other_pythons(chosen))
    run(benchmark, chosen)
