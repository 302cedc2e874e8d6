"""No app walks from a generator to the frames that called it."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ()


def attack():
    generator = (generator.gi_frame.f_back.f_back.f_locals.get("host_secret") for _ in "x")
    return "ESCAPED: " + list(generator)[0] if False else "ESCAPED: " + walk()


def walk():
    held = []
    generator = (held[0].gi_frame.f_back for _ in "x")
    held.append(generator)
    frame = next(generator)
    while frame is not None:
        if "host_secret" in frame.f_locals:
            return frame.f_locals["host_secret"]
        frame = frame.f_back
