"""No app holds up others who open a file that all read."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("fcntl", "os")


import fcntl
import os


def attack():
    folder = os.path.dirname(os.__file__)
    for name in ("this.py", "antigravity.py", "turtle.py"):
        held = os.open(os.path.join(folder, name), os.O_RDONLY)
        try:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            return "ESCAPED: who opens " + name + " has to wait"
        except BlockingIOError:  # somebody has it open just now
            continue
        finally:
            os.close(held)
