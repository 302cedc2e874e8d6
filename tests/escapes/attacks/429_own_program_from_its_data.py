"""No app to which programs are granted starts one that it has written."""

CLASS = "processes"
BOUNDARY = "kernel"
NEEDS = ("os", "shutil")
GRANTS = {"subprocess": True}


import os
import shutil

import target


def attack():
    path = target.DATA + "/program"
    shutil.copyfile("/bin/true", path)
    os.chmod(path, 0o755)
    program = os.open(path, os.O_RDONLY)
    child = os.fork()
    if child == 0:
        try:
            os.execve(program, ["program"], {})
        finally:
            os._exit(1)
    return "ESCAPED: started" if os.waitpid(child, 0)[1] == 0 else ""
