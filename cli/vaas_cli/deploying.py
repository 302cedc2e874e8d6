"""A deploy as its author sees it: pack, upload, release, wait for what becomes of it. Shared by ``deploy`` and
``dev_session.py``.

Its lines for people: ``deploy_report.py``.
"""

from __future__ import annotations

import io
import time
from typing import IO, Any, NamedTuple

from vaas.core.units import format_size
from vaas.platform.bundle_format.build_layer import Where
from vaas.platform.bundle_format.pack import Packed, pack
from vaas.platform.bundle_format.target import Target
from vaas_cli.client import Client
from vaas_cli.deploy_report import answering, await_outcome
from vaas_cli.interrupted import nothing_released, perhaps_released, released, told_if_interrupted
from vaas_cli.progress import Progress
from vaas_cli.project import Project


class Order(NamedTuple):
    message: str = ""
    traffic: bool = True
    grant: bool = False


class Deployed(NamedTuple):
    created: bool
    """False: this very bundle is the newest release already."""
    release: dict[str, Any]
    """The API's ``ReleaseView``, with its outcome."""
    app: dict[str, Any]
    """The API's ``AppDetail``."""
    seconds: float
    steps: dict[str, float]
    """Seconds each step took on this side."""
    answering: dict[int, float]
    """The releases that have a part of the traffic, and which part: 0 to 1."""
    may_grant: bool
    """Whether the caller may grant what it waits for."""

    @property
    def name(self) -> str:
        return str(self.release["app"])

    @property
    def number(self) -> int:
        return int(self.release["number"])

    @property
    def outcome(self) -> dict[str, Any]:
        outcome = self.release["outcome"]
        assert isinstance(outcome, dict)
        return outcome

    @property
    def state(self) -> str:
        return str(self.outcome["state"])


def deploy(client: Client, project: Project, order: Order, progress: Progress, where: Where = Target.here) -> Deployed:
    """``where`` says for what its packages are installed; a failed release is returned. Raises what packing and the
    platform refuse it for, and ``StillStarting``."""
    began, name = time.perf_counter(), project.name
    with told_if_interrupted(lambda: nothing_released(name)):
        progress.step("pack", f"{name}: packing")
        packed = pack(project.folder, where=where)
        _upload(client, project, packed, progress)
    with told_if_interrupted(lambda: perhaps_released(name)):
        progress.step("release", f"{name}: releasing")
        answer = client.send("POST", "apps", name, "releases", body={"digest": packed.digest, **order._asdict()})
    number = answer["release"]["number"]
    with told_if_interrupted(lambda: released(client, name, number)):
        release = await_outcome(client, name, number, progress)
        progress.clear()
        seconds = time.perf_counter() - began
        app, shares = client.get("apps", name), answering(client, name)
    return Deployed(answer["created"], release, app, seconds, progress.seconds, shares, answer.get("may_grant", True))


def _upload(client: Client, project: Project, packed: Packed, progress: Progress) -> None:
    """What the platform lacks: first the layer, which the bundle names."""
    progress.step("upload", f"{project.name}: uploading {format_size(packed.size)}")
    if packed.layer is not None and packed.layer.file and not client.get("bundles", packed.layer.digest)["exists"]:
        with packed.layer.file.open("rb") as file:
            what = f"{project.name}: uploading packages, {format_size(packed.layer.size)}"
            _send(client, file, packed.layer.size, packed.layer.digest, what, progress)
    if not client.get("bundles", packed.digest)["exists"]:
        what = f"{project.name}: uploading {format_size(packed.size)}"
        _send(client, io.BytesIO(packed.data), packed.size, packed.digest, what, progress)


def _send(client: Client, file: IO[bytes], size: int, digest: str, what: str, progress: Progress) -> None:
    def sent(count: int) -> None:
        progress.detail(f"{what}, {count * 100 // max(1, size)} %")

    client.upload(file, size, "bundles", digest, sent=sent)
