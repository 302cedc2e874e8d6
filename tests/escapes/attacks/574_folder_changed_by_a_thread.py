"""No app opens a file elsewhere by changing folders from another thread."""

CLASS = "files"
BOUNDARY = "both"
NEEDS = ("os", "threading")


import os
import threading
import time

from target import DATA

over = threading.Event()


def swap():
    while not over.is_set():
        os.rename(DATA + "/d", DATA + "/e")
        os.rename(DATA + "/links", DATA + "/d")
        os.rename(DATA + "/d", DATA + "/links")
        os.rename(DATA + "/e", DATA + "/d")


def attack():
    os.makedirs(DATA + "/d/out")
    with open(DATA + "/d/out/secret", "w") as file:
        file.write("mine")
    swapping = threading.Thread(target=swap)
    swapping.start()
    until = time.monotonic() + 2
    text = "mine"
    try:
        while text == "mine" and time.monotonic() < until:
            try:
                with open(DATA + "/d/out/secret") as file:
                    text = file.read()
            except OSError:
                pass
    finally:
        over.set()
        swapping.join()
    return "ESCAPED: " + text if text != "mine" else ""
