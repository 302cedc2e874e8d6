"""No super() becomes another while it is looked at."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("email.policy", "threading", "time")


import email.policy
import threading
import time


class Base:
    def __init__(self, **given):
        pass


class Own(Base):
    pass


own = Own()
both = super(Own, own)
over = threading.Event()


def turn():
    while not over.is_set():
        super.__init__(both, email.policy.EmailPolicy, email.policy.default)
        super.__init__(both, Own, own)


def attack():
    turning = threading.Thread(target=turn)
    turning.start()
    until = time.monotonic() + 2
    while time.monotonic() < until and email.policy.default.max_line_length != 7:
        try:
            both.__init__(max_line_length=7)
        except (AttributeError, TypeError):
            pass
    over.set()
    turning.join()
    length = email.policy.default.max_line_length
    return "ESCAPED: mail of the whole process has lines of 7" if length == 7 else ""
