"""No app attaches another app"s file as a database."""

CLASS = "files"
BOUNDARY = "kernel"
NEEDS = ("sqlite3",)


import sqlite3

import target


def attack():
    there = sqlite3.connect(f"file:{target.NEIGHBOUR}/planted.db?mode=rwc", uri=True)
    there.execute("create table planted (it)")
    there.commit()
    return "ESCAPED: made a database"
