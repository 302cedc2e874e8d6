"""No app walks to frames from inside a group of exceptions."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


def attack():
    try:
        try:
            raise ValueError
        except ValueError as error:
            raise ExceptionGroup("group", [error]) from None
    except* ValueError as group:
        found = group.exceptions[0].__traceback__.tb_frame.f_lineno
    return "ESCAPED: line " + str(found)
