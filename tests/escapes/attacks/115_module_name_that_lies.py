"""No app imports what it was not granted under a name that lies about itself."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ()


import importlib


class Name(str):
    def __hash__(self):
        return hash("graphlib")

    def __eq__(self, other):
        return other == "graphlib" or str.__eq__(self, other)

    def __getitem__(self, at):
        return self


def attack():
    module = importlib.import_module(Name("subprocess"))
    return "ESCAPED: " + module.check_output(["/bin/cat", "/etc/hostname"]).decode()
