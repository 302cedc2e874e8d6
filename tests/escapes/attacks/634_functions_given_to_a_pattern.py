"""What a template gives the pattern of an app's subclass leads to nothing of the library's."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("string",)


import string

found = []


class Pattern:
    def sub(self, convert, template):
        found.append(convert)
        return "done"

    def finditer(self, template):
        return []


class Mine(string.Template):
    pattern = "$(?P<named>x)(?P<escaped>)(?P<braced>)(?P<invalid>)"


def attack():
    Mine.pattern = Pattern()
    Mine("x").substitute()
    convert = found[0]
    for name in ("__globals__", "__closure__", "__code__", "__builtins__", "func_globals", "__self__"):
        try:
            return f"ESCAPED: {name} is {getattr(convert, name)!r}"
        except AttributeError:
            continue
    return "repelled"
