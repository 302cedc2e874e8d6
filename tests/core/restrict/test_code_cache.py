"""A cold start compiles nothing: code is kept by what it was compiled from."""

from __future__ import annotations

import marshal
import subprocess
import sys
from pathlib import Path

import pytest

from vaas.core.restrict import code_cache
from vaas.core.restrict.code_cache import CodeCache
from vaas.core.restrict.violations import RestrictedSyntax


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "cache"
    place.mkdir(mode=0o755)
    return place


def kept(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_the_second_compile_reads_what_the_first_wrote(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CodeCache("restricted", str(folder)).compile(b"x = 1", "/app/app.py")
    monkeypatch.setattr(CodeCache, "_compile", lambda *args: pytest.fail("compiled again"))
    code = CodeCache("restricted", str(folder)).compile(b"x = 1", "/app/app.py")
    assert code.co_filename == "/app/app.py"


def test_source_file_mode_and_rules_each_make_another_entry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    CodeCache("restricted", str(folder)).compile(b"x = 1", "/app/a.py")
    CodeCache("restricted", str(folder)).compile(b"x = 2", "/app/a.py")
    CodeCache("restricted", str(folder)).compile(b"x = 1", "/app/b.py")
    CodeCache("trusted", str(folder)).compile(b"x = 1", "/app/a.py")
    monkeypatch.setattr(code_cache, "RULES", "other")
    CodeCache("restricted", str(folder)).compile(b"x = 1", "/app/a.py")
    assert len(kept(folder)) == 5


def test_code_that_was_refused_is_not_kept(folder: Path) -> None:
    with pytest.raises(RestrictedSyntax):
        CodeCache("restricted", str(folder)).compile(b"eval('1')", "/app/a.py")
    assert kept(folder) == []


@pytest.mark.parametrize(
    "bad", [b"", b"garbage", marshal.dumps({"no": "code"}), marshal.dumps(compile("x", "f", "eval"))[:9]]
)
def test_a_damaged_entry_is_compiled_again(folder: Path, bad: bytes) -> None:
    cache = CodeCache("trusted", str(folder))
    cache.compile(b"x = 1", "/app/a.py")
    kept(folder)[0].write_bytes(bad)
    assert cache.compile(b"x = 1", "/app/a.py").co_names == ("x",)
    assert marshal.loads(kept(folder)[0].read_bytes()).co_names == ("x",)


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path) -> None:
    folder.chmod(0o777)
    CodeCache("trusted", str(folder)).compile(b"x = 1", "/app/a.py")
    assert kept(folder) == []


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    assert CodeCache("trusted", str(tmp_path / "none")).compile(b"x = 1", "/app/a.py").co_names == ("x",)
    assert CodeCache("trusted", None).compile(b"x = 1", "/app/a.py").co_names == ("x",)


def test_a_warm_start_imports_no_compiler(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import json\nX = json.dumps([1])")
    start = (
        "import sys; from vaas.core.virtual.machine import Machine\n"
        f"assert Machine({str(tmp_path)!r}, cache={str(folder)!r}).resolve('app:X') == '[1]'\n"
        "print('RestrictedPython' in sys.modules)"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    assert outputs == ["True\n", "False\n"]
