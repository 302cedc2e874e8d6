"""The packages' sources, fetched from PyPI once and kept in the user's cache by what ``requirements.txt`` says."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import uv

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


class Unreachable(Exception):
    """PyPI cannot be reached; the message is uv's last line."""


def sources() -> Path:
    """The folder they lie in, as in site-packages. Raises ``Unreachable``."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "vaas-test-packages")
    folder = cache / hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=cache))
        try:
            _install(part)
            part.rename(folder)
        except OSError:  # another run was first
            if not folder.is_dir():
                raise
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return folder


def _install(folder: Path) -> None:
    command = [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(folder)]
    done = subprocess.run([*command, "-r", str(REQUIREMENTS)], capture_output=True, text=True)
    if done.returncode:
        raise Unreachable((done.stderr.strip().splitlines() or ["uv failed"])[-1].strip())
