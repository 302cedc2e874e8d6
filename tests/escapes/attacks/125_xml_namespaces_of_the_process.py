"""No app chooses the prefixes of everybody's XML."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("xml.etree.ElementTree", "bystander")
FILES = {
    "_vendor/bystander.py": "import xml.etree.ElementTree as tree\n\n\ndef page():\n    return tree.tostring(tree.Element('{http://www.w3.org/1999/xhtml}p')).decode()\n"
}


import xml.etree.ElementTree as tree

import bystander


def attack():
    tree.register_namespace("owned", "http://www.w3.org/1999/xhtml")
    return "ESCAPED: another one's " + bystander.page() if "owned" in bystander.page() else ""
