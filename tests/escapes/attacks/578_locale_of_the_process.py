"""No app changes the locale of its process, not even for a moment that two threads share."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("calendar", "locale", "threading")


import calendar
import locale
import threading

begun, go_on, over = threading.Event(), threading.Event(), threading.Event()


class Width:
    """Asked for while the other locale is set."""

    def __init__(self, asked):
        self.asked = asked

    def __ge__(self, other):
        self.asked()
        return False

    def __index__(self):
        return 3


def format_with(asked):
    try:
        calendar.LocaleTextCalendar(0, "C.UTF-8").formatweekday(0, Width(asked))
    except TypeError:
        pass


def first():
    format_with(lambda: begun.set() or go_on.wait(5))
    over.set()


def attack():
    before = locale.getlocale(2)
    thread = threading.Thread(target=first)
    thread.start()
    begun.wait(5)
    format_with(lambda: go_on.set() or over.wait(5))
    thread.join()
    after = locale.getlocale(2)
    return f"ESCAPED: the locale of times was {before} and is {after}" if before != after else ""
