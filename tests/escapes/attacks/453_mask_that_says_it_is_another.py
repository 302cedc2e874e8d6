"""No app decides which addresses are in the networks of others."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("ipaddress",)


import ipaddress


class Evil(str):
    def __hash__(self):
        return hash("23")

    def __eq__(self, other):
        return True


def attack():
    ipaddress.IPv4Network(("0.0.0.0", Evil("0")))
    home = ipaddress.ip_network("10.0.0.0/23", strict=False)
    return "ESCAPED: 8.8.8.8 is in everybody's 10.0.0.0/23" if ipaddress.ip_address("8.8.8.8") in home else str(home)
