"""No app reaches a module through the framework"s."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


import vaas


def attack():
    import vaas.framework.http.files as files

    return "ESCAPED: " + files.os.environ["VAAS_CANARY"]
