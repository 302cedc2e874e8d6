"""No app takes up all the signals and timers that its user may have."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("ctypes",)


import ctypes


def attack():
    libc = ctypes.CDLL(None)
    timer, made = ctypes.c_void_p(), []
    try:
        while len(made) < 5000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
            made.append(timer.value)
    finally:
        for each in made:
            libc.timer_delete(ctypes.c_void_p(each))
    return "ESCAPED: 5000 timers" if len(made) == 5000 else f"{len(made)} timers"
