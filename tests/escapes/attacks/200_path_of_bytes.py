"""No app reads a file outside its folders by a path of bytes."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


def attack():
    with open(b"/etc/hostname") as file:
        return "ESCAPED: " + file.read()
