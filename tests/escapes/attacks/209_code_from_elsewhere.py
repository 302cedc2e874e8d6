"""No app imports code from a folder that it writes to."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ("sys",)


import sys

import target


def attack():
    place = target.TMP + "/elsewhere_module.py"
    with open(place, "w") as file:
        file.write("import os\nfound = os.environ['VAAS_CANARY']\n")
    sys.path.insert(0, target.TMP)
    import elsewhere_module

    return "ESCAPED: " + elsewhere_module.found
