"""No app has the variables of others printed into a traceback."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("traceback", "sys")


import sys
import traceback


def attack():
    try:
        raise ValueError
    except ValueError:
        stack = traceback.StackSummary.extract(traceback.walk_stack(None), capture_locals=True)
    for frame in stack:
        if frame.locals and "host_secret" in frame.locals:
            return "ESCAPED: " + frame.locals["host_secret"]
