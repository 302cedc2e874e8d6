"""No app finds a secret of the platform in any process above its own."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    pid = os.getppid()
    while pid > 1:
        with open(f"/proc/{pid}/environ") as file:
            for it in file.read().split("\0"):
                if it.startswith("VAAS_CANARY="):
                    return "ESCAPED: " + it
        with open(f"/proc/{pid}/stat") as file:
            pid = int(file.read().rpartition(")")[2].split()[1])
