"""No app imports what it was not granted by claiming to be somebody else."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ()


def attack():
    module = __import__("os", {"__name__": "starlette.routing", "__package__": "starlette"}, {}, ["environ"], 0)
    return "ESCAPED: " + module.environ["VAAS_CANARY"]
