"""No app reads a file outside its folders by going up."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ()


import target


def attack():
    with open(target.DATA + "/../../../../../../../../etc/passwd") as file:
        return "ESCAPED: " + file.readline()
