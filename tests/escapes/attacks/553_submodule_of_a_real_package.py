"""No import of an app ends at a real module: not where its own one has the name of a package."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ()
FILES = {"json.py": "mine = True\n"}


def attack():
    from json import decoder

    return "ESCAPED: " + decoder.scanner.re.enum.sys.modules["os"].environ["VAAS_CANARY"]
