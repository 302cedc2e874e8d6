"""No app reaches the process"s own standard error."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("threading",)


import threading


class Mine(threading.Thread):
    def steal(self):
        return self._stderr


def attack():
    return "ESCAPED: descriptor " + str(Mine().steal().fileno())
