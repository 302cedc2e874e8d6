"""No app signals another process by a descriptor for it."""

CLASS = "processes"
BOUNDARY = "both"
NEEDS = ("os", "signal")


import os
import signal

import target


def attack():
    descriptor = os.pidfd_open(target.NEIGHBOUR_PID)
    signal.pidfd_send_signal(descriptor, 0)
    return "ESCAPED: it can be signalled"
