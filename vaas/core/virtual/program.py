"""A command of an app, as ``vaas run`` has it, in the app's machine: ``python manage.py migrate``.

``python`` is the machine itself: the app's files and modules, and the packages of its bundle, run as the main program.
A name that a package of the bundle brings as a console script (``alembic``, ``flask``) is one too. Every other program
is the kernel's to allow (``permissions.subprocess``). Called by ``core/host/program.py``.
"""

from __future__ import annotations

import importlib
import os
import platform
import posixpath
import re
import runpy
import subprocess
import sys
from importlib.metadata import EntryPoint, distributions
from typing import Any

from vaas.core.virtual.machine import Machine
from vaas.core.virtual.search_path import APP
from vaas.core.virtual.source import Source

PYTHON = re.compile(r"(.*/)?python(3(\.\d+)?)?")
IGNORED = re.compile(r"-[uBqsIEP]+")
"""Options of Python that make no difference here."""

NOT_FOUND, NOT_ALLOWED, USAGE = 127, 126, 2
"""Exit codes, as shells and Python have them."""

ONLY_OWN = "restricted code runs its own files and modules only"
TRUST = 'Ask for `code = "trusted"` in the manifest.'


class CannotRun(Exception):
    """What to tell the person, and the exit code."""

    def __init__(self, said: str, code: int) -> None:
        super().__init__(said)
        self.code = code


def run_command(machine: Machine, command: tuple[str, ...]) -> None:
    """Runs it to its end: raises what it raises, ``SystemExit`` above all, or ``CannotRun``."""
    name, *arguments = command
    if PYTHON.fullmatch(name):
        _python(machine, arguments)
    elif script := console_script(machine.packages, name):
        _script(machine, script, arguments)
    elif machine.policy.permissions.subprocess:
        _program(command)
    else:
        remedy = "Grant `subprocess` for other programs" if not machine.restricted else TRUST
        said = f"{name} is neither `python` nor a command of a package in the bundle. {remedy}"
        raise CannotRun(said, NOT_FOUND)


def use_streams(machine: Machine) -> None:
    """Gives trusted code the process's own streams, in place of a worker's."""
    shown: Any = machine.load("sys")
    for name in ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"):
        setattr(shown, name, getattr(sys, name))


def console_script(packages: str, name: str) -> EntryPoint | None:
    """The command of that name which a package in that folder brings."""
    for each in distributions(path=[packages]):
        for point in each.entry_points:
            if point.group == "console_scripts" and point.name == name:
                return point
    return None


def _python(machine: Machine, arguments: list[str]) -> None:
    while arguments and IGNORED.fullmatch(arguments[0]):
        arguments = arguments[1:]
    match arguments:
        case ["-V" | "--version", *_]:
            print(f"Python {platform.python_version()}")
        case ["-m", name, *rest]:
            _module(machine, name, rest)
        case ["-c", text, *rest]:
            _main(machine, Source("__main__", "<string>", text.encode()), ["-c", *rest])
        case [] if sys.stdin.isatty():
            _interactive(machine)
        case [] | ["-", *_]:
            _main(machine, Source("__main__", "<stdin>", sys.stdin.buffer.read()), ["-"])
        case [option, *_] if option.startswith("-"):
            known = "python FILE, -m MODULE, -c CODE, or code as input"
            raise CannotRun(f"`python {option}` is not known here: {known}", USAGE)
        case [file, *rest]:
            _main(machine, _file(machine, file), [file, *rest])


def _interactive(machine: Machine) -> None:
    """Python's prompt, in the app's machine."""
    if machine.restricted:
        raise CannotRun(f"{ONLY_OWN}: `python FILE` or `python -c CODE`. {TRUST}", NOT_ALLOWED)
    _main(machine, Source("__main__", "<stdin>", b"import code\ncode.interact(local={'__name__': '__main__'})"), [""])


def _file(machine: Machine, name: str) -> Source:
    path = posixpath.normpath(posixpath.join(APP, name))
    try:
        with machine.open(path, "rb") as file:
            return Source("__main__", path, file.read())
    except IsADirectoryError:
        return _file(machine, f"{name}/__main__.py")
    except OSError as error:
        raise CannotRun(f"can't open file {path!r}: {error.strerror}", USAGE) from None


def _main(machine: Machine, source: Source, argv: list[str], package: str = "") -> None:
    _say_who(machine, argv)
    folder = posixpath.dirname(source.file)
    if not package and folder.startswith(f"{APP}/"):  # beside the script, as Python has it
        machine.load("sys").path.insert(0, folder)
    machine.run_main(source, package)


def _module(machine: Machine, name: str, arguments: list[str]) -> None:
    source = machine.own_source(name)
    if source is not None and source.package:
        name = f"{name}.__main__"
        source = machine.own_source(name)
    if source is not None:
        machine.load(name.rpartition(".")[0] or "sys")
        main = Source("__main__", source.file, source.text)
        _main(machine, main, [source.file, *arguments], package=name.rpartition(".")[0])
        return
    if machine.restricted:
        raise CannotRun(f"{ONLY_OWN}, and {name} is none. {TRUST}", NOT_ALLOWED)
    machine.load(name.partition(".")[0])
    _say_who(machine, [name, *arguments])
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _script(machine: Machine, script: EntryPoint, arguments: list[str]) -> None:
    if machine.restricted:
        raise CannotRun(f"{ONLY_OWN}, and {script.name} is a command of a package. {TRUST}", NOT_ALLOWED)
    machine.load(script.module.partition(".")[0])
    _say_who(machine, [script.name, *arguments])
    found: Any = importlib.import_module(script.module)
    for part in script.attr.split("."):
        found = getattr(found, part)
    sys.exit(found())


def _say_who(machine: Machine, argv: list[str]) -> None:
    """``sys.argv``, of the app and of packages."""
    sys.argv[:] = argv
    shown: Any = machine.load("sys")
    shown.argv = list(argv)


def _program(command: tuple[str, ...]) -> None:
    """Another program, which the kernel holds as it holds this process."""
    try:
        code = subprocess.call(command, env=os.environ)
    except FileNotFoundError:
        raise CannotRun(f"{command[0]}: command not found", NOT_FOUND) from None
    except PermissionError:
        raise CannotRun(f"{command[0]}: permission denied", NOT_ALLOWED) from None
    sys.exit(128 - code if code < 0 else code)
