"""No app calls the builder of classes by its name."""

CLASS = "builtins"
BOUNDARY = "language"
NEEDS = ()


def attack():
    made = __build_class__(lambda: None, "Made", metaclass=lambda name, bases, space: "not a class")
    return "ESCAPED: " + made
