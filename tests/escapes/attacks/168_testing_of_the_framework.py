"""No app reaches the platform through the framework"s test client."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


def attack():
    import vaas.testing

    return "ESCAPED: " + vaas.testing.Client.__init__.__globals__["__builtins__"]["open"]("/etc/hostname").read()
