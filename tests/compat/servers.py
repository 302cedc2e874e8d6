"""What apps talk to, on loopback: an HTTP server of ours, and PostgreSQL and Redis where they are installed."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PROGRAMS = {"postgres": "initdb", "redis": "redis-server"}
"""What must be on this machine for each."""


class Echo(BaseHTTPRequestHandler):
    """Tells what it was asked."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        told = {"method": self.command, "query": urlsplit(self.path).query, "body": body}
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _answer

    def log_message(self, *args: object) -> None:
        pass


class Servers:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._stop: list[Callable[[], None]] = []

    @cached_property
    def _echo(self) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        self._stop += [server.server_close, thread.join, server.shutdown]
        return server

    @property
    def upstream(self) -> str:
        return f"http://127.0.0.1:{self._echo.server_port}/"

    @cached_property
    def _postgres(self) -> int:
        """Its port. As root it runs as nobody: it refuses to be root."""
        folder, port = Path(tempfile.mkdtemp(prefix="vaas-postgres-")), _free_port()
        self._stop.append(lambda: shutil.rmtree(folder))
        user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid} if os.getuid() == 0 else {}
        if user:
            shutil.chown(folder, "nobody")
        quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **user}
        data = str(folder / "data")
        subprocess.run(["initdb", "-D", data, "-U", "shop", "-A", "trust", "-N"], check=True, **quiet)  # type: ignore[call-overload]
        options = f"-p {port} -k {folder} -h 127.0.0.1 -F"
        start = ["pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"]
        subprocess.run(start, check=True, **quiet)  # type: ignore[call-overload]
        stop = ["pg_ctl", "-D", data, "-m", "immediate", "stop"]
        self._stop.append(lambda: subprocess.run(stop, check=True, **quiet) and None)  # type: ignore[call-overload]
        return port

    @cached_property
    def _redis(self) -> int:
        port = _free_port()
        command = ["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1"]
        process = subprocess.Popen(command, cwd=self._home, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        while "Ready to accept" not in process.stdout.readline():
            assert process.poll() is None
        self._stop += [process.stdout.close, lambda: process.wait() and None, process.terminate]
        return port

    def address(self, needs: str) -> str:
        """Where the app that needs that server may connect to."""
        if needs:
            return f"127.0.0.1:{self._postgres if needs == 'postgres' else self._redis}"
        return self.upstream.removeprefix("http://").rstrip("/")

    def environment(self, needs: str) -> dict[str, str]:
        if needs == "postgres":
            return {"DATABASE_URL": f"postgresql://shop@127.0.0.1:{self._postgres}/postgres"}
        return {"REDIS_URL": f"redis://127.0.0.1:{self._redis}/0"} if needs == "redis" else {}

    def stop(self) -> None:
        while self._stop:
            self._stop.pop()()


def absent(needs: str) -> bool:
    """Whether that server is not on this machine."""
    return bool(needs) and shutil.which(PROGRAMS[needs]) is None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as it:
        return int(it.getsockname()[1])
