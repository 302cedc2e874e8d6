"""No app reads a file as a time zone."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("zoneinfo",)


import zoneinfo

import target


def attack():
    with open(target.NEIGHBOUR + "/secret", "rb") as file:
        try:
            zoneinfo.ZoneInfo.from_file(file)
        except ValueError as error:
            return "ESCAPED: it was read: " + str(error)
