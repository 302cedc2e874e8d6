"""No app changes what a status is called for everybody."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("http",)


import http


def attack():
    http.HTTPStatus.NOT_FOUND.phrase = "Owned"
    return "ESCAPED: 404 is now " + http.HTTPStatus(404).phrase
