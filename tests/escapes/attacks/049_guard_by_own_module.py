"""No app sets a guard"s name on its own module."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()


import importlib


def attack():
    mine = importlib.import_module("attack")
    setattr(mine, "_wri" + "te_", lambda obj, name: obj)
    return "ESCAPED: " + ", ".join(name for name in ("_write_",) if hasattr(mine, name))
