"""No app starts a process by the library for it."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("multiprocessing",)


import multiprocessing


def attack():
    process = multiprocessing.get_context("fork").Process(target=int)
    process.start()
    process.join()
    return "ESCAPED: ended with " + str(process.exitcode)
