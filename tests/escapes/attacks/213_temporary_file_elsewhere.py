"""No app makes a temporary file in another"s folder."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("tempfile",)


import tempfile

import target


def attack():
    with tempfile.NamedTemporaryFile(dir=target.NEIGHBOUR) as file:
        return "ESCAPED: made " + file.name
