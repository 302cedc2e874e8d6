"""No app is handed a real function of os by a library"s callback."""

CLASS = "facades"
BOUNDARY = "both"
NEEDS = ("shutil",)


import shutil

import target


def attack():
    found = {}

    def note(function, path, error):
        found[function.__name__] = function

    place = target.TMP + "/a-file"
    with open(place, "w") as file:
        file.write("x")
    shutil.rmtree(place, onerror=note)
    shutil.rmtree(target.TMP + "/missing", onerror=note)
    if "scandir" in found:
        return "ESCAPED: " + ", ".join(entry.name for entry in found["scandir"](target.NEIGHBOUR))
    return "ESCAPED: size " + str(found["lstat"](target.NEIGHBOUR + "/secret").st_size)
