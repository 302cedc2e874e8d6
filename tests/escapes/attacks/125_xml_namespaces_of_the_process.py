"""No app chooses the prefixes of everybody"s XML."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("xml.etree.ElementTree",)


import xml.etree.ElementTree as tree


def attack():
    tree.register_namespace("owned", "http://www.w3.org/1999/xhtml")
    text = tree.tostring(tree.Element("{http://www.w3.org/1999/xhtml}p")).decode()
    return "ESCAPED: " + text if "owned" in text else ""
