"""No app reads a file outside its folders by going up."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


def attack():
    with open("../" * 20 + "etc/hostname") as file:
        return "ESCAPED: " + file.readline()
