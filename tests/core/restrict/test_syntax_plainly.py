# ruff: noqa: E501  (app code stands in one line)
"""Functions, assignments, expressions, exceptions and names: restricted code gives what Python gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.restrict.python import given_by_python

CONSTRUCTS = {
    "exceptions": """
        class AppError(Exception):
            code = 1
            def __init__(self, message, *, detail=None):
                super().__init__(message)
                self.detail = detail
            def __str__(self): return f"{self.args[0]} [{self.code}] {self.detail}"
        class NotThere(AppError, KeyError):
            code = 2
        def order():
            log = []
            try:
                try:
                    raise NotThere("x", detail="d")
                except AppError as error:
                    log.append(str(error))
                    raise RuntimeError("outer") from error
                else: log.append("never")
                finally: log.append("finally")
            except RuntimeError as error:
                log.append((error.__cause__.code, isinstance(error.__cause__, KeyError), error.__suppress_context__))
                error.add_note("a note")
                log.append(error.__notes__)
            return log
        def implicit():
            try:
                try: {}["a"]
                except KeyError: 1 / 0
            except ZeroDivisionError as error: return type(error.__context__).__name__
        def grouped():
            seen = []
            try:
                raise ExceptionGroup("g", [ValueError(1), ExceptionGroup("n", [TypeError(2), OSError(3)])])
            except* (ValueError, TypeError) as eg:
                seen.append([type(e).__name__ for e in eg.exceptions])
            except* OSError as eg:
                seen.append(len(eg.exceptions))
            else: seen.append("none")
            finally: seen.append("done")
            return seen
        def reraise():
            try:
                try: raise KeyError("k")
                except KeyError: raise
            except LookupError as error: return error.args
        def bare():
            try: raise SystemExit
            except: return "bare"
        def loop():
            for i in range(3):
                try:
                    if i == 1: continue
                    if i == 2: break
                finally: seen.append(i)
            else: seen.append("else")
            return seen
        seen = []
        def returns():
            try: return "try"
            finally: seen.append("after")
        try: assert seen == 1, "message"
        except AssertionError as error: asserted = error.args
        RESULT = order(), implicit(), grouped(), reraise(), bare(), loop(), returns(), asserted, seen
        """,
    "functions": """
        import functools
        def every(a, b=2, /, c=3, *args, d, e=5, **kw): return a, b, c, args, d, e, kw
        def default(n, seen=[]):
            seen.append(n)
            return list(seen)
        def outer():
            count = 0
            def bump(by=1):
                nonlocal count
                count += by
                return count
            def reset():
                nonlocal count
                count = 0
            return bump, reset
        def recursive(n): return 1 if n < 2 else n * recursive(n - 1)
        adders = [lambda x, n=n: x + n for n in range(3)]
        def deco(*tags, **options):
            def decorate(function):
                @functools.wraps(function)
                def wrapper(*a, **k):
                    wrapper.calls += 1
                    return tags, options, function(*a, **k)
                wrapper.calls = 0
                return wrapper
            return decorate
        @deco("x", "y", flag=True)
        @deco()
        def decorated(n: int = 1) -> int:
            "Documented."
            return n
        class Retry:
            def __init__(self, times): self._times = times
            def __call__(self, function):
                def again(*a):
                    for n in range(self._times):
                        try: return function(*a, n)
                        except ValueError: pass
                return again
        @Retry(3)
        def flaky(a, n):
            if n < 2: raise ValueError
            return a, n
        total = 0
        def add(n):
            global total, made
            total += n
            made = "global"
        add(2)
        bump, reset = outer()
        bump(); bump(5)
        @functools.lru_cache(maxsize=None)
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        class Sorter:
            @functools.singledispatchmethod if False else staticmethod
            def key(it): return -it
        RESULT = (every(1, 2, d=4, x=1), every(1, 2, 3, 4, 5, **{"d": 4}), default(1), default(2), bump(), reset(), bump(), recursive(5), [f(1) for f in adders], decorated(3),
                  decorated.__name__, decorated.__doc__, decorated.calls, flaky("a"), total, made, fib(40), sorted([1, 3, 2], key=Sorter.key), functools.reduce(lambda a, b: a * b, [1, 2, 3]),
                  (lambda *a, k=1, **kw: (a, k, kw))(1, 2, k=3, z=4), functools.partial(every, 1, d=0)(e=1), fib.cache_info().hits > 0, decorated.__wrapped__.__name__)
        """,
    "assignment in every form": """
        a = b = [1, 2, 3]
        x, *y, z = range(5)
        (p, q), [r, (s, t)] = (1, 2), [3, (4, 5)]
        a[1:2] = ["x", "y"]
        b[::2] = [0, 0]
        d = {"k": {"n": 1}}
        d["k"]["n"] += 5
        d["m"] = d.get("m", 0) | 2
        class C:
            n = 1
            items = []
        c = C()
        c.n += 1; c.n -= 1; c.n *= 6; c.n //= 2; c.n **= 2; c.n %= 5; c.n <<= 2; c.n >>= 1; c.n |= 1; c.n &= 7; c.n ^= 2
        c.items += [1]
        c.items[0] += 1
        c.a, c.b = 1, 2
        c.a, c.b = c.b, c.a
        for c.loop, (d["i"], _) in enumerate([(1, 2), (3, 4)]): pass
        with open(__file__) if False else __import__("io").StringIO("s") as c.stream: pass
        [c.last for c.last in [1, 2]] if False else None
        del a[0], d["m"], c.a
        del (p, q)
        while (n := len(a)) > 2: a.pop()
        if any((hit := it) > 1 for it in [1, 2, 3]): found = hit
        i = j = k = 0
        i += (j := 1)
        words = "a b".split(); first, second = words
        matrix = [[1, 2], [3, 4]]; matrix[0][1], matrix[1][0] = matrix[1][0], matrix[0][1]
        t: tuple[int, int] = 1, 2
        RESULT = a, b is a, x, y, z, r, s, t, d, c.n, c.items, c.b, c.loop, n, found, i, j, first, second, matrix, hasattr(c, "a"), t
        """,
    "expressions": """
        n, text = 7, "héllo"
        data = {"a": [1, {"b": (2, 3)}]}
        RESULT = (
            [x for xs in [[1, 2], [3]] for x in xs if x > 1], {k: v for k, v in zip("ab", [1, 2])}, {x % 3 for x in range(9)}, [[i * j for j in range(3)] for i in range(2)],
            [*range(3), *"ab"], {**{"a": 1}, "b": 2}, (1,), (), [], {}, 1 < n < 10, n if n > 5 else None, not n, n and text, None or n, n is not None, 3 not in [1],
            text[::-1], text[1:-1:2], text[-3:], data["a"][1]["b"][0], -n, +n, ~n, n // 2, n % 4, n ** 2, n << 1, n & 3, n | 8, n ^ 1, 7 / 2, 1_000_000, 0xff, 0b11, 0o17, 1e3, 2j * 2j,
            f"{n:>5}|{n:<5}|{n:^5}|{n:05d}|{n:+}|{3.14159:.{2}f}|{text!r:>{10}}|{n=}|{n!s}|{{}}|{text.upper() if n else ''}|{data['a'][0]}|{'nested ' + f'{n * 2}'}",
            "%s %r %05.1f %(a)s" % {"a": 1} if False else "%s-%d" % ("x", 3), "{0} {name} {1[0]} {obj.real:>4}".format(1, [2], name="n", obj=5), "a" "b", r"\\d", b"x\\x00", '''t''',
            lambda: (yield), ..., NotImplemented, True & False, (lambda x: (lambda y: x + y))(1)(2), [1, 2, 3][slice(1, None)], max([1, 5], key=lambda v: -v, default=0), print.__name__,
            all(x for x in []), dict(a=1, **{"b": 2}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1], reverse=True), "x" * 3, [0] * 2, (1, 2) + (3,), {1, 2} - {2}, {"a": 1} | {"b": 2},
        )[0:-23] + (type(lambda: 1).__name__, len(text.encode()), isinstance(n, int | str), "ä" in "bär", *map(str, [1]), complex(1, 2).imag, int("ff", 16), round(2.5), abs(-3), divmod(7, 2), bin(5), chr(97), ord("a"))
        """,
    "modules, names and imports": """
        '''The module.'''
        from __future__ import annotations
        import collections.abc, json as j, os.path
        from collections import Counter, OrderedDict, defaultdict, deque, namedtuple, ChainMap
        from functools import *
        __all__ = ["f"]
        __version__ = "1.0"
        _private, __very = 1, 2
        if __name__ != "__main__": loaded = True
        def f(): return _private + __very
        P = namedtuple("P", "x y", defaults=[0])
        tree = lambda: defaultdict(tree)
        t = tree(); t["a"]["b"] = 1
        RESULT = (__doc__, f(), j.dumps({"a": [1, None, True]}, sort_keys=True), os.path.join("a", "b"), isinstance([], collections.abc.Sequence), Counter("aab").most_common(1), P(1), P(1)._replace(y=2),
                  deque([1, 2], maxlen=2), ChainMap({"a": 1}, {"b": 2})["b"], loaded, t["a"]["b"], reduce(lambda a, b: a + b, [1, 2]), list(OrderedDict(a=1)), __version__)
        """,
}


@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_it_gives_what_python_gives(run: Any, text: str) -> None:
    assert repr(run(text).RESULT) == given_by_python(text)
