"""No import of an app ends at a real module: not where its own package has a name only when asked first."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ()
FILES = {
    "json/__init__.py": "asked = []\n\n\ndef __getattr__(name):\n    asked.append(name)\n    if asked.count(name) > 1:\n        raise AttributeError(name)\n    return 1\n"
}


def attack():
    from json import decoder

    return "ESCAPED: " + decoder.scanner.re.enum.sys.modules["os"].environ["VAAS_CANARY"]
