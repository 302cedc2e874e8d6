"""No app packs another app"s files into an archive."""

CLASS = "files"
BOUNDARY = "kernel"
NEEDS = ("zipfile",)


import zipfile

import target


def attack():
    with zipfile.ZipFile(target.TMP + "/taken.zip", "w") as archive:
        archive.write(target.NEIGHBOUR + "/secret", "secret")
    with zipfile.ZipFile(target.TMP + "/taken.zip") as archive:
        return "ESCAPED: " + archive.read("secret").decode()
