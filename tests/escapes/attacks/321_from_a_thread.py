"""No app is freer in a thread of its own."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("threading", "ctypes")


import threading

import target


def attack():
    found = []

    def look():
        with open(target.NEIGHBOUR + "/secret") as file:
            found.append(file.read())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return "ESCAPED: " + found[0] if found else ""
