"""No app is handed the process"s standard error by watching what a library sets."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("threading",)


import threading

found = {}


class Mine(threading.Thread):
    def __setattr__(self, name, value):
        found[name] = value


def attack():
    try:
        Mine()
    except (AttributeError, AssertionError):
        pass
    return "ESCAPED: descriptor " + str(found["_stderr"].fileno())
