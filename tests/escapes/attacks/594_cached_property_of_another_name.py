"""No descriptor shows an app under one name what a library keeps under another."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("functools", "concurrent.futures")


import concurrent.futures
import functools


class Named:
    _threads = functools.cached_property(lambda self: None)


class Pool(concurrent.futures.ThreadPoolExecutor):
    pass


def attack():
    Pool.shown = vars(Named)["_threads"]
    with Pool(1) as pool:
        pool.submit(len, "").result()
        return "ESCAPED: threads of the process: " + repr(pool.shown)
