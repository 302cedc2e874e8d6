"""`make run`: a platform with every example deployed, its addresses printed, until Ctrl-C.

Uses nothing but the commands a person would type: `vaas platform`, then `vaas deploy` for each folder of examples/.
"""

from __future__ import annotations

import argparse
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from vaas_cli.address import target

ROOT = Path(__file__).resolve().parent.parent
VAAS = str(Path(sys.executable).with_name("vaas"))
EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/**/vaas.toml"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="where the platform keeps everything")
    parser.add_argument("--listen", default="127.0.0.1:8080")
    parser.add_argument("--console", default="127.0.0.1:9080")
    options = parser.parse_args()
    command = [VAAS, "platform", "--data", str(options.data), "--listen", options.listen, "--console", options.console]
    # A session of its own, so that one Ctrl-C reaches this script alone and the platform is stopped in order.
    platform = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    on_end(interrupt)
    try:
        return serve(platform)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop(platform)


def on_end(handler: Callable[..., object]) -> None:
    """Ctrl-C, `kill`, and a terminal that is closed; each also where the caller's shell had it ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def serve(platform: subprocess.Popen[str]) -> int:
    said: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=pass_on, args=(platform, said), daemon=True).start()
    addresses = read_addresses(said)
    if not addresses:
        print("`make run LISTEN=127.0.0.1:8081 CONSOLE=127.0.0.1:9081` takes other addresses.", file=sys.stderr)
        return platform.wait() or 1
    failed = [app.name for app in EXAMPLES if not deploy(app, addresses["console"])]
    print(guide(addresses, failed), flush=True)
    return platform.wait()


def pass_on(platform: subprocess.Popen[str], said: queue.SimpleQueue[str]) -> None:
    """Shows what the platform says, as it says it, and hands it on; an empty line is its end."""
    assert platform.stdout is not None
    for line in platform.stdout:
        print(line, end="", flush=True)
        said.put(line)
    said.put("")


def read_addresses(said: queue.SimpleQueue[str]) -> dict[str, str]:
    """Both addresses, once the platform has named them; empty if it ended before."""
    addresses: dict[str, str] = {}
    while line := said.get():
        name, _, rest = line.strip().partition(" ")
        if rest.strip().startswith("http"):
            addresses[name.lower()] = rest.split()[0]
        if {"gateway", "console"} <= addresses.keys():
            return addresses
    return {}


def deploy(folder: Path, console: str) -> bool:
    command = [VAAS, "deploy", str(folder), "--grant", "-m", "make run"]
    return subprocess.run(command, env={**os.environ, "VAAS_PLATFORM": console}).returncode == 0


def guide(addresses: dict[str, str], failed: list[str]) -> str:
    gateway, console = addresses["gateway"], addresses["console"]
    chosen = target().url == console
    lines = [
        "",
        f"  Gateway         {gateway}",
        f"  Console, API    {console}",
        "",
        f"  Try it:         curl {gateway}/hello/hello",
        f"                  open {gateway}/notes/ in a browser",
        f"  From here:      {'' if chosen else f'VAAS_PLATFORM={console} '}{os.path.relpath(VAAS)} apps",
        "                  (you are logged in: the admin token is kept for you)",
        f"  From elsewhere: vaas login {console}   (with a token of `vaas tokens create`)",
        "",
        "  Ctrl-C stops everything; a second `make run` finds what you left.",
    ]
    if failed:
        lines += ["", f"  Not deployed: {', '.join(failed)}; see above."]
    return "\n".join(lines)


def stop(platform: subprocess.Popen[str]) -> None:
    on_end(lambda *_: platform.terminate())  # a second Ctrl-C: the platform does not wait for what is in flight
    platform.terminate()
    try:
        platform.wait(20)
    except subprocess.TimeoutExpired:
        platform.kill()
        platform.wait()


if __name__ == "__main__":
    sys.exit(main())
