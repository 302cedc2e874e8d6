"""No object of an app passes for one of another class."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ()


class Liar:
    def __getattribute__(self, name):
        return bytes if name == "__class__" else object.__getattribute__(self, name)


def attack():
    return "ESCAPED: it passes for bytes" if isinstance(Liar(), bytes) else ""
