"""Runs uv, or pip where there is no uv: it installs requirements into a folder, or builds a folder's wheel.

Used by ``build_layer.py``, ``requirements_of.py`` and ``local_packages.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import uv

from vaas.core.errors import InvalidInput
from vaas.platform.bundle_format.target import Target

PATIENCE = 15 * 60.0
"""Seconds an installation or a build may take: a large package built from source takes minutes."""

LAST_LINES = 15

BUILD_ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01, the first time a zip can tell: a build is the same at any time
    "PYTHONDONTWRITEBYTECODE": "1",
    "GIT_OPTIONAL_LOCKS": "0",  # version numbers come out of a repository that is not ours to write to
}


class InstallFailed(InvalidInput):
    """The app's dependencies cannot be installed. The installer says: {said}"""


def install(folder: Path, lines: list[str], into: Path, target: Target) -> None:
    """Installs these lines of a requirements file, in which relative paths are from ``folder``. If all of them have
    hashes, nothing without one is installed. Raises ``InstallFailed`` with the installer's last lines."""
    needed = [line for line in lines if not line.startswith("-")]
    hashed = ["--require-hashes"] if all(" --hash" in line for line in needed) else []
    command = [*_installer(), *hashed, *target.options, "--target", str(into), "--requirement"]
    if target.options and not _is_uv(command):
        raise InstallFailed(said="packages for another platform are chosen by uv, which is not installed here.")
    # By the standard input, so that paths in them are the app's folder's, and nothing is written there.
    _run([*command, "-" if _is_uv(command) else "/dev/stdin"], folder, "\n".join(lines) + "\n")


def last_lines(said: str) -> str:
    """What people are told of it."""
    return "\n" + "\n".join(said.strip().splitlines()[-LAST_LINES:])


def exported(folder: Path) -> str:
    """What the ``uv.lock`` of the project in that folder says, as the lines of a requirements file: without the project
    itself, its development group, and vaas with what only that needs. Raises ``InstallFailed``, also for a lock that
    is not of this project any more."""
    try:
        program = uv.find_uv_bin()
    except FileNotFoundError:
        raise InstallFailed(said="a uv.lock is read by uv, which is not installed here.") from None
    options = ["--locked", "--quiet", "--no-header", "--no-annotate", "--no-dev", "--no-emit-project"]
    return _run([program, "export", *options, "--prune", "vaas"], folder, "")


def build_wheel(source: Path, out: Path, folder: Path) -> Path:
    """The wheel of the project in ``source``, made in ``out``; settings of the installer are ``folder``'s. Raises
    ``InstallFailed``."""
    if not any((source / name).is_file() for name in ("pyproject.toml", "setup.py", "setup.cfg")):
        raise InstallFailed(said=f"{folder} is no package: it has neither a pyproject.toml nor a setup.py.")
    _run([*_builder(), str(out), str(source)], folder, "", BUILD_ENVIRONMENT)
    return next(out.glob("*.whl"))


def _installer() -> list[str]:
    """The command to install with, up to its target."""
    try:
        return [uv.find_uv_bin(), "pip", "install", "--python", sys.executable, "--no-progress"]
    except FileNotFoundError:
        return [sys.executable, "-m", "pip", "install", "--no-compile", "--no-input", "--disable-pip-version-check"]


def _builder() -> list[str]:
    """The command to build with, up to where the wheel goes."""
    try:
        return [uv.find_uv_bin(), "build", "--wheel", "--no-sources", "--python", sys.executable, "--out-dir"]
    except FileNotFoundError:
        return [sys.executable, "-m", "pip", "wheel", "--no-deps", "--disable-pip-version-check", "--wheel-dir"]


def _is_uv(command: list[str]) -> bool:
    return "uv" in Path(command[0]).name


def _run(command: list[str], folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    """What it has said."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InstallFailed(said=f"nothing for {PATIENCE:.0f} seconds, so it was stopped.") from None
    if done.returncode:
        raise InstallFailed(said=last_lines(done.stdout))
    return done.stdout
