"""No app gives one path to the check and another to the kernel."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


class Path:
    def __init__(self, harmless):
        self.harmless = harmless

    def __fspath__(self):
        self.harmless -= 1
        return "/etc/hostname" if self.harmless < 0 else target.APP + "/target.py"


def attack():
    for harmless in range(6):
        try:
            with open(Path(harmless)) as file:
                text = file.read()
        except PermissionError:
            continue
        if "NEIGHBOUR" not in text:
            return "ESCAPED: " + text
