"""No app decides which addresses others hold to be private."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("ipaddress",)


import ipaddress

public = ipaddress.ip_address("8.8.8.8")


class Evil(ipaddress.IPv4Address):
    def __hash__(self):
        return hash(public)

    def __eq__(self, other):
        return True


def attack():
    Evil("10.0.0.1").is_private
    return "ESCAPED: to everybody 8.8.8.8 is private" if ipaddress.ip_address("8.8.8.8").is_private else ""
