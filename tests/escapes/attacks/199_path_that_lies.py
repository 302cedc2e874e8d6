"""No app passes a check with a path that reads differently afterwards."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


class Path(str):
    def startswith(self, *args):
        return False

    def __radd__(self, other):
        return self

    def __contains__(self, part):
        return False


def attack():
    with open(Path("/etc/hostname")) as file:
        return "ESCAPED: " + file.read()
