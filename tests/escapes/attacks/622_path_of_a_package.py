"""No code that was never checked is imported from a folder that an app writes to, whatever it puts on its path."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ("json",)

import os
import pkgutil
import sys

NAME = "evil_module_622"


def attack():
    with open(f"/tmp/{NAME}.py", "w") as file:
        file.write("import os\nFOUND = os.getpid()\n")
    try:
        sys.path.insert(0, "/tmp")
        sys.path = ["/tmp", *sys.path]
        listed = [it.name for it in pkgutil.iter_modules(["/tmp"]) if it.name == NAME]
        return f"ESCAPED: {listed} {__import__(NAME).FOUND}"
    finally:
        os.remove(f"/tmp/{NAME}.py")
