"""A host whose job is one program (``vaas run``): the same confinement as every host of the app, and no workers.

Entered from ``child.py`` once this process is confined. It waits for ``Start``, since then its limits are in place;
builds the app's machine, runs the command in it (``core/virtual/program.py``) and ends with its exit code. The node's
side is ``core/pool/program.py``.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import io
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import NoReturn, cast

from vaas.core.service import ServiceModule
from vaas.core.spec import HostSpec
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.program import CannotRun, run_command, use_streams
from vaas.core.virtual.tracebacks import format_app_traceback
from vaas.core.wire.codec import read_frame
from vaas.core.wire.messages import Start

INTERRUPTED = 128 + signal.SIGINT


def run_program(spec: HostSpec, control: int) -> NoReturn:
    """Never returns: the process ends with the exit code of the program."""
    if read_frame(control, Start) is None:  # the node has ended
        os._exit(os.EX_OK)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_streams()
    code = exit_code(lambda: run_command(_machine(spec), spec.program))
    code = _finish() or code
    os._exit(code & 0xFF)


def exit_code(run: Callable[[], None]) -> int:
    """What Python would exit with; what went wrong is told on the error stream."""
    try:
        run()
    except CannotRun as error:
        print(f"vaas run: {error}", file=sys.stderr)
        return error.code
    except SystemExit as end:
        return code_of(end)
    except KeyboardInterrupt:
        print("KeyboardInterrupt", file=sys.stderr)
        return INTERRUPTED
    except BaseException as error:
        sys.stderr.write(format_app_traceback(error))
        return 1
    return 0


def code_of(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return 1


def _machine(spec: HostSpec) -> Machine:
    floor = cast(ServiceModule, importlib.import_module(spec.service))
    machine = Machine(
        spec.folder,
        packages=spec.packages or None,
        policy=spec.policy,
        env=spec.env,
        modules=floor.app_modules(),
        data=spec.data,
        tmp=spec.tmp,
        cache=spec.cache or None,
        name=spec.app,
        sole=True,
    )
    machine.bind()
    floor.equip(machine, spec)
    if not machine.restricted:
        use_streams(machine)
    return machine


def _open_streams() -> None:
    """Python's own streams, on the descriptors 0 to 2; what is printed goes out line by line."""
    streams = {"stdin": _text(0, "rb", "strict"), "stdout": _text(1, "wb", "strict")}
    streams["stderr"] = _text(2, "wb", "backslashreplace")
    vars(sys).update(streams, **{f"__{name}__": stream for name, stream in streams.items()})


def _text(descriptor: int, mode: str, errors: str) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, mode, closefd=False)
    buffer = io.BufferedReader(raw) if mode == "rb" else io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, "utf-8", errors, line_buffering=mode == "wb")


def _finish() -> int:
    """What Python does at its end: waits for threads, runs exit functions, flushes. An exit code if that fails."""
    with contextlib.suppress(KeyboardInterrupt):
        threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter itself calls
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # nobody reads on
        return 120  # as Python has it
    return 0
