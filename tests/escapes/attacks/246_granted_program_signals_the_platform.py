"""No app signals the platform by a granted program."""

CLASS = "processes"
BOUNDARY = "kernel"
NEEDS = ("subprocess", "os")
GRANTS = {"subprocess": True}


import subprocess

import target


def attack():
    done = subprocess.run(["/bin/sh", "-c", f"kill -0 {target.SUPERVISOR_PID}"], capture_output=True, text=True)
    return "ESCAPED: it can be signalled" if done.returncode == 0 else done.stderr
