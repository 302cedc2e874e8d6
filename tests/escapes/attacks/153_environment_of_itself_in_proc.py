"""No app reads the environment that its process was started with."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ()


def attack():
    with open("/proc/self/environ") as file:
        text = file.read()
    return "ESCAPED: " + [it for it in text.split("\0") if it.startswith("VAAS_CANARY=")][0]
