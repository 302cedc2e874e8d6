"""No app marks a function of a library."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("abc", "json")


import abc
import json


def attack():
    abc.abstractmethod(json.dumps)

    class Using(abc.ABC):
        dumps = json.dumps

    try:
        Using()
    except TypeError as error:
        return "ESCAPED: " + str(error)
