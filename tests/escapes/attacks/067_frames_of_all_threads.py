"""No app lists the frames of all threads."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("sys",)


import sys


def attack():
    for frame in sys._current_frames().values():
        while frame is not None:
            if "host_secret" in frame.f_locals:
                return "ESCAPED: " + frame.f_locals["host_secret"]
            frame = frame.f_back
