"""Bundles as bytes, the same for the same files; pure."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

LONG_AGO = (1980, 1, 1, 0, 0, 0)


class Bundle(NamedTuple):
    data: bytes
    digest: str


def bundle(files: Mapping[str, str | bytes]) -> Bundle:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), files[name], zipfile.ZIP_DEFLATED, compresslevel=1)
    return Bundle(made.getvalue(), digest_of(made.getvalue()))


def app_bundle(name: str, code: str, manifest: str = "") -> Bundle:
    return bundle({"app.py": code, "vaas.toml": f'name = "{name}"\n{manifest}'})


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
