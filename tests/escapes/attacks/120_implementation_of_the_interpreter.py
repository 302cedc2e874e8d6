"""No app changes what the interpreter says of itself."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("sys",)


import sys


def attack():
    sys.implementation.cache_tag = "owned"
    return "ESCAPED: modules are now cached as " + sys.implementation.cache_tag
