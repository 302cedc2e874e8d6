"""No app changes the members of a library"s enum by being compared with them."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("http",)


import http

found = []


class Same:
    def __eq__(self, other):
        found.append(other)
        return True


def attack():
    http.HTTPStatus.__members__ == Same()
    found[0]["OK"] = "spoilt"
    return "ESCAPED: OK is " + http.HTTPStatus["OK"] if http.HTTPStatus["OK"] == "spoilt" else ""
