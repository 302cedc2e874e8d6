"""No app walks from an exception to the frames that called it."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


def attack():
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame is not None:
        if "host_secret" in frame.f_locals:
            return "ESCAPED: " + frame.f_locals["host_secret"]
        frame = frame.f_back
