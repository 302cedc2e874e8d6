"""No import of an app ends at a real module: not in the short form, once its own submodule was taken away."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ()
FILES = {"json/__init__.py": "", "json/decoder.py": ""}


def attack():
    import json.decoder

    del json.decoder
    import json.decoder as decoder

    return "ESCAPED: " + decoder.scanner.re.enum.sys.modules["os"].environ["VAAS_CANARY"]
