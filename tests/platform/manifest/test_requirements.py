"""By being in the bundle, packages are asked for: those of restricted code alone."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from vaas.platform.manifest import grants
from vaas.platform.manifest.reader import ManifestInvalid, read_manifest
from vaas.platform.manifest.requirements import asking, packages_in
from vaas.platform.records.records import Grants

FILES = {
    "_vendor/flask-3.dist-info/METADATA": b"Name: Flask\nRequires-Dist: werkzeug\n",
    "_vendor/flask/__init__.py": b"",
    "_vendor/werkzeug-3.dist-info/METADATA": b"Name: Werkzeug\n",
    "_vendor/werkzeug/__init__.py": b"",
    "flask.py": b"",
}


def read(names: Iterable[str]) -> dict[str, bytes]:
    return {name: FILES[name] for name in names}


def asked(manifest: str, requirements: str) -> tuple[str, ...]:
    file = read_manifest({"vaas.toml": manifest.encode(), "requirements.txt": requirements.encode()}, name="shop")
    return asking(file, packages_in(FILES, read, "_vendor/")).policy.permissions.packages


def test_restricted_code_asks_for_the_packages_of_its_requirements():
    assert asked("", "flask") == ("flask",)
    assert asked("", "flask\nwerkzeug>=3") == ("flask", "werkzeug")


def test_trusted_code_needs_to_ask_for_none():
    assert asked('code = "trusted"', "flask") == ()


def test_more_packages_than_the_bound_are_refused_with_it():
    files = [f"p{number}/__init__.py" for number in range(1001)]
    file = read_manifest({"vaas.toml": b""}, name="shop")
    with pytest.raises(ManifestInvalid, match="1001 entries; 1000 entries are the most"):
        asking(file, packages_in(files, lambda names: {}))


def test_packages_are_granted_and_taken_away_by_their_names():
    file = read_manifest({"vaas.toml": b"", "requirements.txt": b"flask"}, name="shop")
    manifest = asking(file, packages_in(FILES, read, "_vendor/"))
    lack = grants.missing(manifest.policy, Grants())
    assert lack is not None
    assert grants.listed(lack) == ["packages=flask"]
    grants.check(lack)
    assert grants.missing(manifest.policy, grants.add(Grants(), lack)) is None
    assert grants.remove("shop", grants.add(Grants(), lack), lack) == Grants()
