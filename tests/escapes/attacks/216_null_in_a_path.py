"""No app cuts a path short with a null byte."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    for path in (target.APP + "/../../../../../../../../../../etc/hostname\0.py", "../" * 20 + "etc/hostname"):
        try:
            with open(path) as file:
                return "ESCAPED: " + file.read()
        except ValueError:
            continue
