"""No app keeps a view of the buffer of a reader that is gone."""

CLASS = "interpreter"
BOUNDARY = "language"
NEEDS = ()


kept = []


class Source:
    closed = False

    def readable(self):
        return True

    def seekable(self):
        return False

    def tell(self):
        raise OSError

    def readinto(self, view):
        kept.append(view)
        return 0

    def close(self):
        pass

    flush = close


def attack():
    reader = type(open(__file__, "rb"))(Source(), 1024)
    reader.read(1)
    reader = None
    shelf = [None] * 128
    numbers = kept[0].cast("B").cast("Q")
    return "ESCAPED: a list's own memory: " + repr(list(numbers[:2])) if numbers[0] == id(shelf[0]) else ""
