"""No granted library sets attributes on a class of another for an app."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("argparse", "json")


import argparse
import json


def attack():
    parser = argparse.ArgumentParser()
    parser.add_argument("--x", dest="item_separator")
    parser.parse_args(["--x", " spoilt "], namespace=json.JSONEncoder)
    text = json.JSONEncoder().encode([1, 2])
    return "ESCAPED: " + text if "spoilt" in text else ""
