"""No app changes what others find in their documents."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("xml.etree.ElementTree",)


import xml.etree.ElementTree as tree


class Evil(str):
    like = ""
    seen = []

    def __hash__(self):
        return hash(self.like)

    def __eq__(self, other):
        self.seen.append(other)
        return len(self.seen) > 1


def attack():
    names = [f"b{number}" for number in range(10)]  # one is enough, and where a key lies in a table is luck
    document = tree.XML("<r><a>" + "".join(f"<{name}/>" for name in names) + "</a><c/></r>")
    for name in names:
        Evil.like = f"a/{name}"
        Evil.seen.clear()
        document.find(Evil.like)
        document.find(Evil("./c"))
        document.find(Evil("./c"))
    changed = [name for name in names if document.find(f"a/{name}").tag == "c"]
    return f"ESCAPED: everybody's a/{changed[0]} is c" if changed else ""
