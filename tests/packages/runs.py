"""One package as the app's own code: each file compiled, each module imported, each example run, in restricted mode."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.packages.catalog import Package
from vaas.core.policy import Permissions, Policy
from vaas.core.virtual.checks.folder import check_source
from vaas.core.virtual.errors import ImportDenied
from vaas.core.virtual.machine import Machine

FINAL = "restricted code derives no class from "
"""How a refusal begins that only running the class statement finds."""


@dataclass
class Outcome:
    files: int = 0
    lines: int = 0
    accepted: int = 0
    """Files without a violation."""
    imported: int = 0
    examples: int = 0
    """How many gave what is documented."""
    refused: Counter[str] = field(default_factory=Counter)
    """By rule: violations, and imports denied while running."""
    wrong: list[str] = field(default_factory=list)
    """Examples that gave something else, and modules that failed for another reason than a refusal."""


def run(package: Package, sources: Path, folder: Path) -> Outcome:
    """Runs ``package`` out of ``sources`` in a machine whose app is ``folder``."""
    outcome = Outcome()
    names = place(package, sources, folder)
    for file in names.values():
        text = file.read_bytes()
        violations = check_source(text, str(file.relative_to(folder)))
        outcome.files += 1
        outcome.lines += len(text.splitlines())
        outcome.accepted += not violations
        outcome.refused.update(it.rule for it in violations)
    with machine_of(package, folder) as machine:
        for name in names:
            outcome.imported += imports(machine, name, outcome)
    for number, example in enumerate(package.examples):
        text = f"{package.setup}\nRESULT = repr(({example.text}))\n"
        (folder / f"example_{number}.py").write_text(text)
    with machine_of(package, folder) as machine:
        for number, example in enumerate(package.examples):
            got = result_of(machine, f"example_{number}")
            outcome.examples += got == example.gives
            if got != example.gives:
                outcome.wrong.append(f"{example.text} gave {got}, documented is {example.gives}")
    return outcome


def place(package: Package, sources: Path, folder: Path) -> dict[str, Path]:
    """Copies its files into the app's folder, and what it depends on into the bundle; its modules by name."""
    for top in package.tops:
        source = sources / top
        target = folder / top
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("tests", "__pycache__", "*.so"))
        else:
            shutil.copy(source, target)
    files = sorted(it for it in folder.rglob("*.py"))
    for name in package.bundled:
        shutil.copytree(sources / name, folder / "_vendor" / name)
    return {".".join(it.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"): it for it in files}


@contextmanager
def machine_of(package: Package, folder: Path) -> Iterator[Machine]:
    path, modules = list(sys.path), set(sys.modules)
    policy = Policy(permissions=Permissions(modules=package.bundled))
    machine = Machine(folder, policy=policy, console=lambda *line: None)
    try:
        with machine.bound():
            yield machine
    finally:
        machine.close()
        sys.path[:] = path  # a bundle's packages are shared by the process: not with the next test
        for name in set(sys.modules) - modules:
            if name.partition(".")[0] in package.bundled:
                del sys.modules[name]


def imports(machine: Machine, name: str, outcome: Outcome) -> bool:
    try:
        machine.load(name)
    except ImportDenied:
        outcome.refused["denied-import"] += 1
    except (SyntaxError, ImportError, AttributeError) as error:
        if not getattr(error, "violations", None):
            outcome.refused["not-shown"] += 1
    except Exception as error:
        if isinstance(error, TypeError) and str(error).startswith(FINAL):
            outcome.refused["final-class"] += 1
        else:
            outcome.wrong.append(f"{name}: {type(error).__name__}: {error}")
    else:
        return True
    return False


def result_of(machine: Machine, name: str) -> str:
    try:
        return str(machine.resolve(f"{name}:RESULT"))
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
