"""No app changes the first day of the week for everybody."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("calendar", "bystander")
FILES = {"_vendor/bystander.py": "import calendar\n\n\ndef first():\n    return calendar.firstweekday()\n"}


import calendar

import bystander


def attack():
    calendar.setfirstweekday(6)
    return "ESCAPED: weeks of others begin on " + str(bystander.first()) if bystander.first() == 6 else ""
