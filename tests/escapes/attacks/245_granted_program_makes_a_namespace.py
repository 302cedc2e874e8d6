"""No app leaves its confinement by a granted program in a namespace of its own."""

CLASS = "processes"
BOUNDARY = "kernel"
NEEDS = ("subprocess",)
GRANTS = {"subprocess": True}


import subprocess


def attack():
    done = subprocess.run(["/usr/bin/unshare", "-r", "/bin/cat", "/etc/hostname"], capture_output=True, text=True)
    return "ESCAPED: " + done.stdout if done.stdout else done.stderr
