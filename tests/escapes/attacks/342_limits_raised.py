"""No app raises its own limits."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("resource",)


import os
import resource


def attack():
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    return "ESCAPED: no limit"
