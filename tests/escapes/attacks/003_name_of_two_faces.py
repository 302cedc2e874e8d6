"""No app passes a check with a name that reads differently afterwards."""

CLASS = "object-graph"
BOUNDARY = "both"
NEEDS = ()


class Name(str):
    def startswith(self, *args):
        return False

    def endswith(self, *args):
        return False


def attack():
    space = getattr(attack, Name("__globals__"))
    found = space["__builtins__"]
    found = found if isinstance(found, dict) else vars(found)
    return "ESCAPED: " + found["open"]("/etc/hostname").read()
