"""No descriptor shows an app by a second name what a library keeps under the first."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("functools", "concurrent.futures")


import concurrent.futures
import functools


class Pool(concurrent.futures.ThreadPoolExecutor):
    _threads = functools.cached_property(lambda self: None)


def attack():
    Pool.shown = vars(Pool)["_threads"]
    with Pool(1) as pool:
        pool.submit(len, "").result()
        return "ESCAPED: threads of the process: " + repr(pool.shown) if isinstance(pool.shown, set) else ""
