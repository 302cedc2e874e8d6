"""Packages made on the spot, so that no index is needed."""

from __future__ import annotations

import zipfile
from pathlib import Path


def wheel(
    folder: Path,
    version: str,
    name: str = "tiny",
    *,
    needs: tuple[str, ...] = (),
    tag: str = "py3-none-any",
    **files: str,
) -> Path:
    """``files``: ``tiny__native_so`` is ``tiny/native.so``."""
    about = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    contents = {
        f"{name}/__init__.py": f"version = '{version}'\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{about}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
        **{path.replace("__", "/").replace("_", "."): text for path, text in files.items()},
    }
    record = "".join(f"{path},,\n" for path in (*contents, f"{about}/RECORD"))
    made = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in {**contents, f"{about}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return made
