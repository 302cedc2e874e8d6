"""No app changes how long a field others may read."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("csv", "bystander")
FILES = {"_vendor/bystander.py": "import csv\n\n\ndef read(line):\n    return list(csv.reader([line]))\n"}


import csv

import bystander


def attack():
    csv.field_size_limit(1)
    try:
        bystander.read("long,fields")
    except csv.Error as error:
        return "ESCAPED: another one's " + str(error)
