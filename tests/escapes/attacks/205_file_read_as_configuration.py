"""No app reads a file as if it were its configuration."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("configparser",)


import configparser

import target


def attack():
    parser = configparser.ConfigParser()
    try:
        parser.read([target.NEIGHBOUR + "/secret"])
    except configparser.Error as error:
        return "ESCAPED: " + str(error)
