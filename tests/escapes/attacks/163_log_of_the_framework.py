"""No app reaches a logger of the machine through its own log."""

CLASS = "vaas"
BOUNDARY = "language"
NEEDS = ()


import vaas


def attack():
    logger = vaas.log._logger
    return "ESCAPED: " + logger.manager.loggerDict["vaas.host.audit"].name
