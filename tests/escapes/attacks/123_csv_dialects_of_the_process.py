"""No app takes away a dialect that others write with."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("csv", "bystander")
FILES = {"_vendor/bystander.py": "import csv\n\n\ndef dialects():\n    return csv.list_dialects()\n"}


import csv

import bystander


def attack():
    csv.unregister_dialect("excel")
    return "" if "excel" in bystander.dialects() else "ESCAPED: others know " + ", ".join(bystander.dialects())
