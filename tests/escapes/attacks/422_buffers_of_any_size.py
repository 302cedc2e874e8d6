"""No app keeps more in the buffers of a socket, which no limit on its memory counts, than everybody gets."""

CLASS = "resources"
BOUNDARY = "both"
NEEDS = ("socket",)


import socket


def taken(pair):
    """Bytes that one end takes while nobody reads at the other."""
    ours, theirs = pair
    with ours, theirs:
        ours.setblocking(False)
        count = 0
        try:
            while True:
                count += ours.send(bytes(16384))
        except BlockingIOError:
            return count


def attack():
    usual = taken(socket.socketpair())
    pair = socket.socketpair()
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 26)
    large = taken(pair)
    return f"ESCAPED: {large} bytes instead of {usual}" if large > 1.5 * usual else f"{large} bytes"
