"""No app asks the interpreter for a frame."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("sys",)


import sys


def attack():
    frame = sys._getframe()
    while "host_secret" not in frame.f_locals:
        frame = frame.f_back
    return "ESCAPED: " + frame.f_locals["host_secret"]
