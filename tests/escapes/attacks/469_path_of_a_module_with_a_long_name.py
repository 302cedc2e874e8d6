"""No app learns where its bundle really lies from a module that cannot be looked for."""

CLASS = "imports"
BOUNDARY = "language"
NEEDS = ()


import target


def attack():
    try:
        open(target.APP + "/" + "a" * 300 + ".py")
    except OSError as error:
        told = str(error.filename)
    try:
        __import__("a" * 300)
    except OSError as error:
        told += str(error.filename)
    except ImportError as error:
        told += str(error)
    return "ESCAPED: " + told[:80] if "/vaas-escapes" in told else told[:80]
