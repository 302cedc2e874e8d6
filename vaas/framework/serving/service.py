"""The service of a host: one app, opened in its machine, answering the exchanges of one worker.

``open_service`` is the function that a ``HostSpec`` names. It finds out what the entry is: an app class goes
on in ``dispatch.py``, an ASGI or WSGI callable in ``framework/foreign/entries.py``.
"""

from __future__ import annotations

import threading
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from vaas.core.limits.limit_errors import limit_met
from vaas.core.policy import USUAL_WORKERS, Interface
from vaas.core.service import Service
from vaas.core.virtual.app_logging import report_whole
from vaas.core.virtual.tracebacks import format_app_traceback, whole_traceback
from vaas.framework.authoring.collect import find_app, is_async, members_of
from vaas.framework.authoring.context import Context
from vaas.framework.authoring.decorators import is_app
from vaas.framework.authoring.errors import NotAnApp
from vaas.framework.authoring.lost_routes import lost_by
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.entries import open_callable
from vaas.framework.http import wire_heads
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.serving.public import make_own, public_module

if TYPE_CHECKING:
    from vaas.core.spec import HostSpec
    from vaas.core.virtual.machine import Machine

public_module()  # imports all that it names: the zygote imports this file, so that no host has to
FACTORY = "vaas.framework.serving.service"
"""What ``HostSpec.service`` says for this service."""
FACTORY_CALL = "()"
"""What an entry ends with that is to be called for the app."""

SAMPLE = """
import vaas

@vaas.app
class Sample:
    @vaas.get("/things/{name}")
    async def show(self, name: str, loud: bool = False):
        return {"thing": name.upper() if loud else name}

    @vaas.post
    def keep(self, body: dict):
        return body
"""
"""What a zygote opens (``core/host/warmup.py``): a route of each kind, so that what they need is there."""


def app_modules() -> dict[str, ModuleType]:
    """What stands in for modules of these names in one machine; ``open_service`` wants them there."""
    return {"vaas": public_module()}


def open_service(machine: Machine, spec: HostSpec) -> Service:
    """Imports the app and makes its one instance. Raises what importing and making it raise, and what is wrong with it
    (``framework/authoring/errors.py``)."""
    runtime = equip(machine, spec)
    with machine.bound():
        entry = find_entry(machine, spec.entry)
        service = service_of(entry, spec.interface, runtime)
    if service is None:
        given = f"of type {type(entry).__name__}"
        raise NotAnApp(where=spec.entry, entry=spec.entry, given=given, wanted=WANTED[spec.interface])
    for line in lost_by(entry if isinstance(entry, type) else type(entry)):
        machine.console("log", "warning", line)
    return service


def equip(machine: Machine, spec: HostSpec) -> Runtime:
    """Gives the ``vaas`` of this machine what only its app may see."""
    runtime = runtime_of(machine, debug=spec.debug)
    make_own(machine, Context(spec.app, spec.release), runtime)
    return runtime


WANTED: dict[Interface, str] = {
    "auto": "neither a class with @vaas.app nor an ASGI or WSGI callable",
    "vaas": "no class with @vaas.app",
    "asgi": "no ASGI callable",
    "wsgi": "no WSGI callable",
}


def service_of(entry: Any, interface: Interface, runtime: Runtime) -> Service | None:
    """The service of an entry; None if it is not what ``interface`` says."""
    cls = entry if isinstance(entry, type) else type(entry)
    if interface in ("auto", "vaas") and (is_app(cls) or members_of(cls)):
        return AppService(Dispatch(entry, runtime))
    return None if interface == "vaas" else open_callable(entry, runtime, interface)


def find_entry(machine: Machine, entry: str) -> Any:
    """What the manifest's ``entry`` names, or what the factory that it names makes; without one, the app class in
    ``app.py``."""
    if not entry:
        return find_app(machine.load("app"))
    name = entry.removesuffix(FACTORY_CALL)
    found = machine.resolve(name if ":" in name else f"{name}:app")
    return found() if entry.endswith(FACTORY_CALL) else found


class Told(threading.local):
    """The traceback that was last made in a thread: what is reported of it, and all of it if that is more."""

    text = ""
    whole = ""


def runtime_of(machine: Machine, *, debug: bool = False) -> Runtime:
    told = Told()

    def traceback(error: BaseException) -> str:
        told.text, told.whole = format_app_traceback(error), whole_traceback(error)
        return told.text

    def report(text: str) -> None:
        for line in text.rstrip("\n").split("\n"):
            machine.console("stderr", "error", line)
        if text == told.text:
            report_whole(machine.console, "stderr", told.whole)

    return Runtime(
        debug=debug,
        body_limit=machine.policy.limits.body,
        message_limit=machine.policy.limits.message,
        open=machine.open,
        report=report,
        traceback=traceback,
        limit_met=partial(limit_met, limits=machine.policy.limits),
    )


class AppService:
    """A ``Service`` (``core/service.py``) around a dispatch."""

    usual_workers = USUAL_WORKERS

    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch
        self.blocks = not any(is_async(member.function) for member in members_of(type(dispatch.instance)))
        self.handle = dispatch.handle

    @property
    def info(self) -> Raw:
        return Raw(wire_heads.encode(self._dispatch.info()))

    async def start(self) -> None:
        await self._dispatch.start()

    async def stop(self) -> None:
        try:
            await self._dispatch.stop()
        except Exception as error:
            runtime = self._dispatch.runtime
            runtime.report(f"The app did not shut down cleanly:\n{runtime.traceback(error)}")
