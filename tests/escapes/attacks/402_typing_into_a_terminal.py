"""No app types into a terminal for its user."""

CLASS = "kernel-surface"
BOUNDARY = "both"
NEEDS = ("fcntl", "os", "pty", "termios")


import fcntl
import os
import termios


def attack():
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
    try:
        fcntl.ioctl(theirs, termios.TIOCSTI, b"x")
    except OSError as error:
        return f"ABSENT: this kernel has it switched off ({error})"
    return "ESCAPED: typed " + repr(os.read(ours, 1))
