"""No app lets a guard"s name be bound by importing a part of a package."""

CLASS = "shadowing"
BOUNDARY = "language"
NEEDS = ()
FILES = {"pack/__init__.py": "def ask():\n    return _own_\n", "pack/_own_.py": "found = 'own guard'\n"}


import pack._own_


def attack():
    return "ESCAPED: " + pack.ask().found
