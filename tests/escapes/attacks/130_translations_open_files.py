"""No app opens a file outside its folders as a translation."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("gettext",)


import gettext

import target


class Reader:
    def __init__(self, file):
        self.text = file.read().decode()


def attack():
    found = gettext.translation(target.NEIGHBOUR + "/secret", target.DATA, ["x"], class_=Reader)
    return "ESCAPED: " + found.text
