"""No app reads the stack of the machine that called it."""

CLASS = "frames"
BOUNDARY = "language"
NEEDS = ("logging",)


import logging


def attack():
    stack = logging.getLogger("mine").findCaller(stack_info=True)[3]
    return "ESCAPED: " + stack.strip()[-300:] if stack and "_called" in stack else ""
