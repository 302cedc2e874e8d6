from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from vaas.core.errors import VaasError
from vaas.platform.bundle_format.archive import BundleRefused
from vaas.platform.bundle_format.layer_name import NoLayer, OtherPlatform, bound_to, this_platform
from vaas.platform.bundle_format.zipped import zipped
from vaas.platform.bundles.interface import BundleNotFound
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.reconciler import compiling
from vaas.platform.reconciler.bring import BundleDamaged
from vaas.platform.reconciler.layers import Layers

ABOUT = b'{"packages":{"tool":"1"}}'
CODE = b"def where():\n    return where.__code__.co_filename\n"


def layer(files: dict[str, bytes] | None = None, about: bytes = ABOUT) -> bytes:
    return zipped({"layer.json": about, "tool/__init__.py": CODE, **(files or {})})


class CountedBundles(MemoryBundles):
    """Counts what is taken out, and may wait before it gives anything."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0
        self.asked, self.may_give = asyncio.Event(), asyncio.Event()
        self.may_give.set()

    async def get(self, digest: str) -> AsyncIterator[bytes]:
        self.given += 1
        self.asked.set()
        await self.may_give.wait()
        async for chunk in super().get(digest):
            yield chunk

    async def keep(self, data: bytes) -> str:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        digest = sha256(data).hexdigest()
        await self.put(digest, chunks(), 1 << 20)
        return digest


async def brought(tmp_path: Path, data: bytes) -> Path:
    bundles = CountedBundles()
    layers = Layers(tmp_path / "layers", bundles)
    layers.lay_out()
    digest = await bundles.keep(data)
    await layers.bring(digest)
    return layers.folder(digest)


def test_a_layer_that_many_ask_for_at_once_is_brought_once(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        digest = await bundles.keep(layer())
        await asyncio.gather(*(layers.bring(digest) for _ in range(5)))
        await layers.bring(digest)
        assert bundles.given == 1
        assert layers.here() == {digest}
        assert (layers.folder(digest) / "tool/__init__.py").read_bytes() == CODE

    asyncio.run(story())


def test_who_gives_up_waiting_does_not_end_it_for_the_others(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        digest = await bundles.keep(layer())
        bundles.may_give.clear()
        one, other = (asyncio.create_task(layers.bring(digest)) for _ in range(2))
        await bundles.asked.wait()
        one.cancel()
        await asyncio.wait([one])
        bundles.may_give.set()
        await other
        assert one.cancelled()
        assert layers.here() == {digest}

    asyncio.run(story())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (zipped({"tool.py": CODE}), NoLayer),
        (zipped({"vaas.toml": b"", "layer.json": b"[]"}), NoLayer),
        (layer(about=b'{"packages":{},"python":"3.2"}'), OtherPlatform),
        (layer(about=b'{"packages":{},"platform":"plan9-mips"}'), OtherPlatform),
        (b"no zip at all", BundleRefused),
    ],
)
def test_what_is_no_layer_of_this_platform_is_refused_and_leaves_nothing(
    tmp_path: Path, data: bytes, error: type[VaasError]
) -> None:
    with pytest.raises(error):
        asyncio.run(brought(tmp_path, data))
    assert list((tmp_path / "layers").iterdir()) == []


def test_a_layer_with_a_path_out_of_it_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("layer.json", ABOUT)
        archive.writestr("../evil.py", b"")
    with pytest.raises(BundleRefused, match="leads out"):
        asyncio.run(brought(tmp_path, out.getvalue()))
    assert not (tmp_path / "evil.py").exists()


def test_a_layer_that_is_not_what_its_digest_says_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        bundles = CountedBundles()
        digest = await bundles.keep(layer())
        bundles._bundles[digest] = layer({"more.py": b""})
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        with pytest.raises(BundleDamaged):
            await layers.bring(digest)
        with pytest.raises(BundleNotFound):
            await layers.bring("0" * 64)
        assert layers.here() == frozenset()

    asyncio.run(story())


def test_what_was_being_made_when_the_node_stopped_is_removed(tmp_path: Path) -> None:
    (tmp_path / "layers/.abc.part/new").mkdir(parents=True)
    (tmp_path / "layers/.abc.zip").write_bytes(b"half")
    (tmp_path / "layers" / ("a" * 64)).mkdir()
    layers = Layers(tmp_path / "layers", MemoryBundles())
    layers.lay_out()
    assert [path.name for path in (tmp_path / "layers").iterdir()] == ["a" * 64]


def test_the_folder_of_layers_is_listed_by_the_node_alone(tmp_path: Path) -> None:
    folder = asyncio.run(brought(tmp_path, layer()))
    assert folder.parent.stat().st_mode & 0o777 == 0o711
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}


WHERE = "import sys; sys.path.insert(0, {0!r}); import tool; print(tool.where())"


def test_modules_are_imported_from_kept_bytecode_whose_source_is_not_looked_at(tmp_path: Path) -> None:
    folder = asyncio.run(brought(tmp_path, layer()))
    code = Path(cache_from_source(folder / "tool/__init__.py")).read_bytes()
    assert int.from_bytes(code[4:8], "little") == 1  # by hash, unchecked
    (folder / "tool/__init__.py").chmod(0o644)
    (folder / "tool/__init__.py").write_text("raise RuntimeError('compiled anew')")
    program = WHERE.format(str(folder))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(folder))


def test_bytecode_that_a_layer_brings_itself_is_replaced(tmp_path: Path) -> None:
    name = cache_from_source("tool/__init__.py")
    folder = asyncio.run(brought(tmp_path, layer({name: b"forged"})))
    assert not (folder / name).read_bytes().startswith(b"forged")


@pytest.mark.parametrize(
    "files",
    [
        {"tool/bad.py": b"def (:\n"},
        {"tool/bad.py": b"x = '\\0\0'"},
        {"tool/bad.py": b"(" * 5000 + b")" * 5000},
        {"tool/bad.py": b"-" * 200_000 + b"1"},
        {"tool/bad.py": b"# coding: no-such\n"},
        {"tool/__pycache__": b"a file in its place"},
        {f"{cache_from_source('tool/bad.py')}/x": b"a folder in its place", "tool/bad.py": b""},
    ],
)
def test_what_cannot_be_compiled_is_left_to_who_imports_it(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = asyncio.run(brought(tmp_path, layer({**files, "other.py": b"X = 1\n"})))
    assert not Path(cache_from_source(folder / "tool/bad.py")).is_file()
    assert (folder / "tool/__init__.py").read_bytes() == CODE


def test_a_layer_of_compiled_modules_says_for_which_python_it_is() -> None:
    python, platform = this_platform()
    tag = f"cpython-{python.replace('.', '')}"
    assert bound_to(["a.py"], python, platform) == ("", "")
    assert bound_to(["a.abi3.so", "b.py"], python, platform) == ("", platform)
    assert bound_to([f"a.{tag}-x86_64-linux-gnu.so"], python, platform) == (python, platform)
    assert bound_to(["libs/liba.so.1"], python, platform) == ("", platform)


def test_a_node_that_ends_does_not_wait_for_what_is_being_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("import time\nprint(flush=True)\ntime.sleep(600)\n")
    monkeypatch.setattr(compiling, "__file__", str(endless))

    async def story() -> None:
        bundles = CountedBundles()
        layers = Layers(tmp_path / "layers", bundles)
        layers.lay_out()
        digest = await bundles.keep(layer())
        coming = asyncio.create_task(layers.bring(digest))
        for _ in range(1000):
            if layers._compiler._running:
                break
            await asyncio.sleep(0.01)
        await layers.close()
        await asyncio.wait([coming])

    began = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - began < 60
