"""No app finds the variables of the machine, or of another request, in a copy of its context."""

CLASS = "object-graph"
BOUNDARY = "language"
NEEDS = ("contextvars",)


import contextvars


def attack():
    context = contextvars.copy_context()
    tries = [
        lambda: list(context),
        lambda: list(context.items()),
        lambda: list(context.keys()),
        lambda: context._real,
        lambda: type(context).__dict__["_real"].__get__(context),
        lambda: type(context)._real,
        lambda: type(context)(),
        lambda: [*context.run(contextvars.copy_context)],
        lambda: context.run(lambda: vars(context)),
    ]
    for reach in tries:
        try:
            found = reach()
        except Exception:
            continue
        return f"ESCAPED: {found!r}"
    return "repelled"
