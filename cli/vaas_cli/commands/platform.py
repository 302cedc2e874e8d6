"""``vaas platform``: a node, in the foreground. The node itself: ``vaas/platform/node/bootstrap.py``."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vaas.core.errors import InvalidInput
from vaas.platform.auth import kept_tokens
from vaas.platform.gateway.connection_limit import raise_descriptors
from vaas.platform.node.options import Options
from vaas_cli.output import note, put

if TYPE_CHECKING:
    from vaas.platform.node.bootstrap import Platform

EMBEDDED = "embedded"


class NotYet(InvalidInput):
    """{option} {value}: only the embedded one, which lies in the folder given with --data, is there in this version;
    {kind} comes in a later release. Leave {option} out."""


class StoreUnknown(InvalidInput):
    """{option} {value}: there is no such store. Leave {option} out: what is embedded needs nothing."""


@click.command("platform")
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder for everything that is kept.")
@click.option("--listen", default=Options.listen, show_default=True, help="The gateway's HOST:PORT.")
@click.option("--console", default=Options.console, show_default=True, help="HOST:PORT of the console and the API.")
@click.option(
    "--console-host",
    "console_hosts",
    multiple=True,
    metavar="NAME",
    help="A further name that the console answers to; localhost and the address it listens on are. May be repeated.",
)
@click.option("--store", default=EMBEDDED, metavar="URL", help="Config store; embedded: SQLite under --data.")
@click.option("--bundles", default=EMBEDDED, metavar="URL", help="Bundle store; embedded: a folder under --data.")
@click.option("--connections", type=click.IntRange(min=1), help="Clients of the gateway at once [default: 4096].")
@click.option(
    "--connections-per-client",
    type=click.IntRange(min=1),
    help="Of one client's address [default: a quarter of --connections].",
)
@click.option(
    "--trusted-proxies",
    default=Options.trusted_proxies,
    show_default=True,
    metavar="ADDRESSES",
    help="Whose X-Forwarded-For, -Proto, -Host and -Prefix count: addresses and networks, with commas.",
)
@click.option("--cgroup", metavar="NAME", default="", help="Control group in which hosts get theirs.")
@click.option("--require-confinement", is_flag=True, help="Refuse to start where the kernel cannot confine apps.")
def command(
    data: Path | None,
    listen: str,
    console: str,
    console_hosts: tuple[str, ...],
    store: str,
    bundles: str,
    connections: int | None,
    connections_per_client: int | None,
    trusted_proxies: str,
    cgroup: str,
    require_confinement: bool,
) -> None:
    """Run a node of the platform, until Ctrl-C.

    Alone it needs nothing: what it keeps lies under --data (default: ~/.local/share/vaas). The first start makes an
    admin token and keeps it for you, so that `vaas deploy` on this machine just works.

    \b
    Example:
      vaas platform
      vaas platform --data /srv/vaas --listen 0.0.0.0:80 --require-confinement
      vaas platform --console 0.0.0.0:9080 --console-host console.example.com
    """
    _check("--store", store, "etcd")
    _check("--bundles", bundles, "s3")
    options = Options(
        data=(data or _data_home()).absolute(),
        listen=listen,
        console=console,
        console_hosts=console_hosts,
        connections=connections or 0,
        connections_per_client=connections_per_client or 0,
        trusted_proxies=trusted_proxies,
        cgroup=cgroup,
        require_confinement=require_confinement,
        admin_token=kept_tokens.load(_local(console)) or "",
    )
    from vaas.platform.node import node_log
    from vaas_cli.serving import serve  # the whole platform: not for --help, nor for an option that is wrong

    node_log.install(logging.WARNING)
    raise_descriptors()
    serve(options, _tell, lambda option, host, port: f"{option} {host}:{port}")
    note("Stopped.")


async def _tell(platform: Platform) -> None:
    if platform.token_is_new:
        kept_tokens.save(platform.console_url, platform.admin_token)
    put(f"gateway  {platform.gateway_url}")
    put(f"console  {platform.console_url}")
    for line in platform.confinement:
        put(f"kernel   {line}")
    put(f"An admin token is kept in {kept_tokens.path()}: `vaas deploy` on this machine just works.")
    put(f"Elsewhere: `vaas tokens create NAME --role admin` here, `vaas login {platform.console_url}` there.")
    await platform.wait_closed()


def _check(option: str, value: str, later: str) -> None:
    if value.startswith(f"{later}://"):
        raise NotYet(option=option, value=value, kind=later)
    if value != EMBEDDED:
        raise StoreUnknown(option=option, value=value)


def _data_home() -> Path:
    base = os.environ.get("XDG_DATA_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "share") / "vaas"


def _local(console: str) -> str:
    """The address under which this machine knows a console that listens there."""
    host, _, port = console.rpartition(":")
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '[::]') else host}:{port}"
