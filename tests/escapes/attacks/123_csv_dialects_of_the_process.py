"""No app takes away a dialect that others write with."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("csv",)


import csv


def attack():
    csv.unregister_dialect("excel")
    return "ESCAPED: the process knows " + ", ".join(csv.list_dialects())
