"""No granted library reads an app"s module for it as no code of the app may."""

CLASS = "builtins"
BOUNDARY = "language"
NEEDS = ("ast",)


import ast

_fields = ("__builtins__",)


def attack():
    mine = __import__(__name__)
    found = dict(ast.iter_fields(mine))["__builtins__"]
    return "ESCAPED: the built-in names: " + ", ".join(list(found)[:9])
