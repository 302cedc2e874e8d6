"""No app reaches a logger of the machine that it runs in."""

CLASS = "facades"
BOUNDARY = "language"
NEEDS = ("logging",)


import logging


def attack():
    logger = logging.getLogger("mine")
    real = super(logging.Logger, logger) if logging.Logger.__module__ != "logging" else logger
    foreign = real.manager.loggerDict["vaas.host.audit"]
    foreign.disabled = True
    return "ESCAPED: silenced " + foreign.name
