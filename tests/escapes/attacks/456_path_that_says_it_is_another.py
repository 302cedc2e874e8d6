"""No app changes what others find in their documents."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("xml.etree.ElementTree",)


import xml.etree.ElementTree as tree


class Evil(str):
    seen = []

    def __hash__(self):
        return hash("a/b")

    def __eq__(self, other):
        self.seen.append(other)
        return len(self.seen) > 1


def attack():
    document = tree.XML("<r><a><b/></a><c/></r>")
    document.find("a/b")
    document.find(Evil("./c"))
    document.find(Evil("./c"))
    return "ESCAPED: a/b is everybody's " + document.find("a/b").tag if document.find("a/b").tag == "c" else ""
