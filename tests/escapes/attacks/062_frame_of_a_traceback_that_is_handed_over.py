"""No app walks on from a traceback that Python hands to its context manager."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


class Taking:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        self.traceback = traceback
        return True


def attack():
    with Taking() as taking:
        raise ValueError
    frame = getattr(taking.traceback, "tb_" + "frame")
    while "host_secret" not in getattr(frame, "f_" + "locals"):
        frame = getattr(frame, "f_" + "back")
    return "ESCAPED: " + getattr(frame, "f_" + "locals")["host_secret"]
