"""A zip that is the same, byte for byte, wherever and whenever it is made.

Names are sorted, times and modes fixed, and nothing is compressed: zlib's output differs between its versions and
forks, so deflated bundles would have another digest on another machine, and a redeploy would not be recognised. Used by
``pack.py``, ``build_layer.py`` and ``wheel_file.py``.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file: the first one that a zip can tell."""

MODE = stat.S_IFREG | 0o644


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The reproducible zip of these files by name."""
    buffer = io.BytesIO()
    write_zip(buffer, contents)
    return buffer.getvalue()


def write_zip(to: IO[bytes], contents: Mapping[str, bytes | Path]) -> None:
    """The same into a file; of a path, what that file holds."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = 3  # Unix, also where it is packed on something else: so the mode below is understood
            info.external_attr = MODE << 16
            data = contents[name]
            archive.writestr(info, data if isinstance(data, bytes) else data.read_bytes())
