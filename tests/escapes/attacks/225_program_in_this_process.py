"""No app becomes another program."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os",)


import os


def attack():
    reading, writing = os.pipe()
    thread = os.dup(writing)
    os.set_inheritable(1, True)
    if os.getenv("VAAS_CANARY"):
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            return "ESCAPED: " + os.read(reading, 100).decode()
    os.dup2(writing, 1)
    os.execv("/bin/echo", ["echo", "another program"])
