"""An app's code: it does not know that its environment, its clock and its output are not the process's."""

import os

import clock
from words import HELLO


def greet() -> str:
    print("greeting", os.environ["NAME"])
    return f"{HELLO}, {os.environ['NAME']}! It is {clock.now()}."
