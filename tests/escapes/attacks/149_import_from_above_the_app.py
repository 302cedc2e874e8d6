"""No app imports from above its own folder."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ()


class Package(str):
    def split(self, *args):
        return ["", "", ""]


def attack():
    try:
        __import__("os", {"__package__": Package("x.y"), "__name__": "x"}, {}, ["popen"], 2)
    except (ImportError, ValueError, TypeError, KeyError):
        pass
    os = __import__("os", None, None, ["popen"])
    return "ESCAPED: " + os.popen.__name__
