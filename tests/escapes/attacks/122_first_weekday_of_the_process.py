"""No app changes the first day of the week for everybody."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("calendar",)


import calendar


def attack():
    calendar.setfirstweekday(6)
    return "ESCAPED: weeks begin on " + str(calendar.firstweekday()) if calendar.firstweekday() == 6 else ""
