"""No app runs unchecked code from its bundle under the name of a safe module."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ("colorsys", "plistlib")
FILES = {"_vendor/sched.py": "import os\nfound = os.environ['VAAS_CANARY']\n"}


import plistlib
import sched


def attack():
    return "ESCAPED: " + sched.found
