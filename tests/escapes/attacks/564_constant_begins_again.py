"""No app changes a constant of a library by calling the initializer that its own class inherits."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("uuid",)


import uuid


class Mine(uuid.UUID):
    pass


def attack():
    Mine.__init__(uuid.NAMESPACE_DNS, int=5)
    return "ESCAPED: the namespace is " + str(uuid.NAMESPACE_DNS) if uuid.NAMESPACE_DNS.int == 5 else ""
