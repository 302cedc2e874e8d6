"""No app moves everybody's clocks."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("zoneinfo", "bystander")
FILES = {
    "_vendor/bystander.py": "import datetime\nimport zoneinfo\n\n\ndef offset():\n"
    "    zone = zoneinfo.ZoneInfo('Europe/Berlin')\n"
    "    return datetime.datetime(2020, 1, 1, tzinfo=zone).utcoffset()\n"
}


import zoneinfo

import bystander


class Evil(str):
    def __hash__(self):
        return hash("Europe/Berlin")

    def __eq__(self, other):
        return True


def attack():
    kept = zoneinfo.ZoneInfo(Evil("Asia/Tokyo"))
    return "ESCAPED: Berlin is at " + str(bystander.offset()) if bystander.offset().seconds != 3600 else str(kept)
