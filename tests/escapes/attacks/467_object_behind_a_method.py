"""No app is handed the object whose method it may call."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("weakref", "json")


import json
import weakref


def attack():
    method = open if hasattr(open, "__get__") else json.JSONEncoder().encode
    behind = super(weakref.WeakMethod, weakref.WeakMethod(method)).__call__()
    return (
        "ESCAPED: " + type(behind).__name__ + (" " + str(len(behind.builtins)) if hasattr(behind, "builtins") else "")
    )
