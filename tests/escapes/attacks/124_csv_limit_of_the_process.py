"""No app changes how long a field others may read."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("csv",)


import csv


def attack():
    csv.field_size_limit(1)
    try:
        list(csv.reader(["long,fields"]))
    except csv.Error as error:
        return "ESCAPED: " + str(error)
