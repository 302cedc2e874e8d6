"""Packages installed beside the tests, put into an app's bundle: what its requirements bring, without a network."""

from __future__ import annotations

import re
import shutil
from importlib import metadata
from pathlib import Path

_NAME = re.compile(r"[\w.-]+")


def bring(folder: Path, *names: str) -> None:
    """Copies these distributions, and all that they require here, into the app's ``_vendor``."""
    for name in _with_required(names):
        for file in metadata.files(name) or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                target = folder / "_vendor" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), target)


def _with_required(names: tuple[str, ...]) -> set[str]:
    waiting, found = [*names], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            required = [it for it in metadata.requires(name) or () if "extra ==" not in it]
            waiting += [it for it in map(_named, required) if _is_installed(it)]
    return found


def _named(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found is not None
    return found[0]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
