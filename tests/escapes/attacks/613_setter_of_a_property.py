"""No property of a library sets an attribute on a library"s class for an app."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("calendar",)


import calendar


class Bare(calendar.TextCalendar):
    def __init__(self):
        pass


def attack():
    calendar.Calendar.firstweekday.fset(calendar.TextCalendar, 3)
    return "ESCAPED: the first day of all calendars is now " + str(Bare().getfirstweekday())
