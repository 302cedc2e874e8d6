"""No app watches a library run."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("sys", "json")


import json
import sys


def attack():
    seen = []
    sys.settrace(lambda frame, event, arg: seen.append(frame.f_globals["__name__"]))
    json.dumps([1])
    sys.settrace(None)
    return "ESCAPED: " + seen[0]
