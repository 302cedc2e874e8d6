"""What a project names by a path of this machine: uv's sources and workspaces, and poetry's path dependencies.

Dependencies of its wheel are mere names: which of them are local folders, its pyproject.toml alone says. Used by
``local_packages.py`` and ``build_layer.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PROJECT = "pyproject.toml"


def sources(folder: Path) -> dict[str, Path]:
    """The local folders and archives that the project in that folder may need, by the name that it needs them by."""
    own = document(folder)
    here = dict(_by_path(table(own, "tool", "uv", "sources"), folder))
    here |= dict(_by_path(table(own, "tool", "poetry", "dependencies"), folder))
    for name, entry in _entries(table(own, "tool", "uv", "sources")):
        if entry.get("workspace") is True and (member := _members(folder).get(name)):
            here[name] = member
    return here


def elsewhere(folder: Path) -> dict[str, str]:
    """The addresses, of repositories and archives, from which that project takes what it needs, by name."""
    found = {}
    for name, entry in _entries(table(document(folder), "tool", "uv", "sources")):
        if isinstance(entry.get("git"), str):
            revision = next((f"@{entry[key]}" for key in ("rev", "tag", "branch") if key in entry), "")
            below = f"#subdirectory={entry['subdirectory']}" if "subdirectory" in entry else ""
            found[name] = f"git+{entry['git']}{revision}{below}"
        elif isinstance(entry.get("url"), str):
            found[name] = entry["url"]
    return found


def workspace_of(folder: Path) -> Path | None:
    """The folder of the uv workspace that this one is a member of, or the root of."""
    for root in (folder, *folder.parents):
        if table(document(root), "tool", "uv", "workspace"):
            return root if folder in (root, *_members(folder).values()) else None
    return None


def _by_path(table: Mapping[str, Any], folder: Path) -> Iterator[tuple[str, Path]]:
    for name, entry in _entries(table):
        if isinstance(entry.get("path"), str):
            yield name, (folder / entry["path"]).resolve()


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each source of each name: there may be several, by marker."""
    for name, value in table.items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                yield name, entry


def _members(folder: Path) -> dict[str, Path]:
    """The projects of the uv workspace that this folder is in, by name."""
    for root in (folder, *folder.parents):
        workspace = table(document(root), "tool", "uv", "workspace")
        if workspace:
            found = [path for pattern in workspace.get("members", ()) for path in root.glob(str(pattern))]
            named = {table(document(path), "project").get("name"): path for path in [root, *found]}
            return {str(name): path for name, path in named.items() if name}
    return {}


def document(folder: Path) -> Mapping[str, Any]:
    """That folder's pyproject.toml; empty if it has none that can be read."""
    try:
        return tomllib.loads((folder / PROJECT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # the build says what is wrong with it


def table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """The table at these keys; empty if there is none."""
    for key in keys:
        found = document.get(key)
        if not isinstance(found, dict):
            return {}
        document = found
    return document
