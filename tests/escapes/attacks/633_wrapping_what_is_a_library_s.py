"""Nothing of a library is dressed up as something else by ``update_wrapper``."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("functools", "json", "logging", "re")


import functools
import json
import logging
import re


def attack():
    class Named:
        pass

    named = Named()
    named.__name__ = "mine"
    named.encode = len

    class Says:
        __wrapped__ = None
        func = len

    for n, target in enumerate(
        (len, json.dumps, json.JSONEncoder, json.JSONEncoder(), logging.getLogger(), re.compile("a"),
         functools.partial(len), functools.partial(json.dumps), functools.lru_cache(len), property(len), {}, functools)
    ):  # fmt: skip
        for how in (
            functools.update_wrapper,
            lambda it, by: functools.wraps(by, ("__name__", "encode"), ("__dict__",))(it),
        ):
            try:
                how(target, named)
            except Exception:
                continue
            return f"ESCAPED: {n}: {target!r} is {getattr(target, '__wrapped__', None)!r}"
    return "repelled"
