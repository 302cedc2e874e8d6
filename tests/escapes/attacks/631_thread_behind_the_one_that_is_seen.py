"""No app gets the real thread behind the one that it sees, nor changes or ends a thread that is not its own."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("threading",)


import threading


def attack():
    here, first = threading.current_thread(), threading.main_thread()

    class Mine(threading.Thread):
        def take(self):
            return self._real

    tries = [
        lambda: here._real,
        lambda: here._target,
        lambda: here._stderr,
        lambda: Mine().take()._stderr,
        lambda: Mine.take(here),
        lambda: threading.Thread.__init__(here),
        lambda: threading.Thread.name.fset(here, "mine"),
        lambda: threading.Thread.name.__set__(here, "mine"),
        lambda: object.__setattr__(here, "name", "mine"),
        lambda: setattr(first, "daemon", True),
        lambda: vars(here),
        lambda: type(here)(),
    ]
    for n, reach in enumerate(tries):
        try:
            found = reach()
        except Exception:
            continue
        return f"ESCAPED: by way {n}: {found!r}"
    return "repelled"
