"""No app reads what a library keeps in an instance by asking for all of it."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("threading",)


import threading


class Mine(threading.Thread):
    pass


def attack():
    return "ESCAPED: descriptor " + str(vars(Mine())["_stderr"].fileno())
