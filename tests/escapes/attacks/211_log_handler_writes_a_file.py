"""No app has a log written where it may not write."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("logging",)


import logging

import target


def attack():
    handler = logging.FileHandler(target.NEIGHBOUR + "/planted.log")
    handler.emit(logging.makeLogRecord({"msg": "planted"}))
    handler.close()
    with open(target.NEIGHBOUR + "/planted.log") as file:
        return "ESCAPED: " + file.read()
