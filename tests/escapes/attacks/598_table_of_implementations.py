"""No app changes a granted library"s table, and what it imports by it."""

CLASS = "imports"
BOUNDARY = "both"
NEEDS = ("xml.dom",)


import xml.dom.domreg


def attack():
    xml.dom.domreg.well_known_implementations["x"] = "os"
    try:
        xml.dom.domreg.getDOMImplementation("x")
    except AttributeError as error:
        return "ESCAPED: " + error.obj.environ["VAAS_CANARY"]
