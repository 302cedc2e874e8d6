"""No app changes what days are called for everybody."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("calendar",)


import calendar


def attack():
    calendar.day_name.format = "owned %A"
    return "ESCAPED: " + calendar.day_name[0] if calendar.day_name[0].startswith("owned") else ""
