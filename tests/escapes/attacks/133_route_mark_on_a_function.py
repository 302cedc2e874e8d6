"""No app leaves marks of the framework on a function of a library."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ("json",)


import json

import vaas


def attack():
    vaas.get("/owned")(json.JSONEncoder.encode)
    vaas.get("/owned")(json.JSONEncoder.encode)
    try:

        @vaas.app
        class Mine:
            encode = json.JSONEncoder.encode

    except Exception as error:
        return "ESCAPED: " + str(error) if type(error).__name__ == "DuplicateRoute" else str(error)
