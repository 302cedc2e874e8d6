"""No error of a library hands an app the class of a file, to open others with."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("functools", "collections.abc", "contextlib")


import collections.abc
import contextlib
import functools


def plain(value):
    pass


def attack():
    dispatch = functools.singledispatch(plain)
    dispatch.register(collections.abc.Iterable, plain)
    dispatch.register(contextlib.AbstractContextManager, plain)
    try:
        dispatch(open(__file__, "rb", 0))
    except RuntimeError as error:
        kind = error.__context__.args[0]

    class File(kind):
        def __init__(self, path):
            super(kind if kind.__name__ == "Raw" else File, self).__init__(path)

    return "ESCAPED: " + File("/etc/hostname").read(20).decode()
