"""Uploads that are broken off while a release is fresh, and what another client's upload in chunks gets then.

    python -m tests.e2e.aborted_uploads 500      # a platform of its own; prints how many of so many got no answer

The short form is a test: ``test_hostile_clients.py``. What is sent comes from a seed."""

from __future__ import annotations

import random
import socket
import struct
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.running import Running, running

ABORTED = 16
"""Uploads that are broken off beside one that is not."""
ROUNDS = 10
"""Of them for each release."""
PATIENCE = 10.0
"""Seconds after which an answer is none."""
SIZES = (0, 1, 1000, 70_000, 150_000)
NATIVE = """
import vaas

@vaas.app
class Sizes:
    @vaas.post("/")
    async def size(self, req):
        return len(await req.body())
"""
WSGI = """
def app(environ, start_response):
    size = len(environ["wsgi.input"].read())
    start_response("200 OK", [("content-type", "text/plain")])
    return [str(size).encode()]
"""
KINDS = {"sizes": (NATIVE, ""), "wsgi-sizes": (WSGI, 'entry = "app:app"\n')}
LIMITS = ("", "[limits]\nworkers = 1\n", '[limits]\nidle = "1s"\n')


def unanswered(platform: Running, uploads: int, seed: int = 1) -> Iterator[str]:
    """What was wrong with the answers to so many uploads, each beside others that are broken off."""
    dice = random.Random(seed)
    for begun in range(0, uploads, ROUNDS):
        name = dice.choice(list(KINDS))
        code, manifest = KINDS[name]
        platform.deploy(name, f"{code}# {begun}\n", manifest + dice.choice(LIMITS))
        for _ in range(min(ROUNDS, uploads - begun)):
            if wrong := one_round(platform, name, dice):
                yield wrong


def one_round(platform: Running, name: str, dice: random.Random) -> str:
    aborting = [threading.Thread(target=abort, args=(platform, name, dice.random())) for _ in range(ABORTED)]
    for thread in aborting:
        thread.start()
    if dice.random() < 0.5:
        for thread in aborting:
            thread.join()
    size = dice.choice((5, 5000, 100_000, 300_000))
    answer = upload(platform, name, size)
    for thread in aborting:
        thread.join()
    return "" if answer.endswith(str(size).encode()) else f"{name}, {size} bytes: {answer!r}"


def connected(platform: Running) -> socket.socket:
    address = urlsplit(platform.gateway)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=PATIENCE)


def abort(platform: Running, name: str, seed: float) -> None:
    """Begins an upload of 200,000 bytes, in one of the ways there are, and leaves in one of the ways there are."""
    dice = random.Random(seed)
    size = dice.choice(SIZES)
    head, body = dice.choice(
        [
            (b"content-length: 200000\r\n", b"x" * size),
            (b"transfer-encoding: chunked\r\n", b"%x\r\n%b\r\n" % (size, b"x" * size) if size else b""),
            (b"transfer-encoding: chunked\r\n", b"30d40\r\n" + b"x" * size),
            (b"content-length: 200000\r\nexpect: 100-continue\r\n", b""),
        ]
    )
    with connected(platform) as client, suppress(OSError):
        client.sendall(b"POST /%b/ HTTP/1.1\r\nhost: x\r\n%b\r\n%b" % (name.encode(), head, body))
        how = dice.choice(["close", "reset", "shut down"])
        if how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "shut down":
            client.shutdown(socket.SHUT_WR)


def upload(platform: Running, name: str, size: int) -> bytes:
    """What a whole upload in chunks is answered, as far as it is in time."""
    answer = b""
    with connected(platform) as client, suppress(OSError):
        client.sendall(
            b"POST /%b/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n" % name.encode()
        )
        for start in range(0, size, 40_000):
            part = b"y" * min(40_000, size - start)
            client.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        client.sendall(b"0\r\n\r\n")
        while part := client.recv(65536):
            answer += part
    return answer


def main(uploads: int) -> int:
    with tempfile.TemporaryDirectory(prefix="vaas-uploads-") as home:
        Path(home).chmod(0o755)
        with running(Path(home)) as platform:
            wrong = list(unanswered(platform, uploads))
    print(*wrong, f"without an answer: {len(wrong)} of {uploads}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
