# ruff: noqa: E501  (app code stands in one line)
"""Packages of an app look to Python, and to libraries, like packages; where its modules are, its ``sys.path`` says."""

from __future__ import annotations

import importlib
import importlib.resources
import importlib.util
import inspect
import pickle
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from vaas.core.policy import Policy
from vaas.core.virtual.checks.folder import check_folder

PACKAGE = {
    "shop/__init__.py": "",
    "shop/plugins/__init__.py": "",
    "shop/plugins/one.py": "import seen\nseen.RAN.append(1)\nclass Thing:\n    def __eq__(self, other):\n        return True",
    "shop/plugins/two/__init__.py": "",
    "shop/plugins/no_package/readme.txt": "read me",
    "shop/plugins/words.txt": "hello",
    "seen.py": "RAN = []",
}


@pytest.fixture
def process_path(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The process's import path, put back after the test, with what has been found by it."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield sys.path
    sys.path_importer_cache.clear()


def test_pkgutil_lists_the_modules_of_a_package_for_a_library_and_imports_none(apps: Any, code: str) -> None:
    machine = apps(PACKAGE, code=code)
    with machine.bound():
        plugins = importlib.import_module("shop.plugins")
        assert [(it.name, it.ispkg) for it in pkgutil.iter_modules(plugins.__path__)] == [("one", False), ("two", True)]
        assert [it.name for it in pkgutil.walk_packages(machine.load("shop").__path__, "shop.")] == [
            *("shop.plugins", "shop.plugins.one", "shop.plugins.two")
        ]
    assert machine.load("seen").RAN == []
    assert list(pkgutil.iter_modules(plugins.__path__)) == []


def test_pkgutil_lists_them_for_the_app_itself(apps: Any, code: str) -> None:
    text = """
        import importlib, pkgutil
        import shop.plugins
        FOUND = [(name, package) for _, name, package in pkgutil.iter_modules(shop.plugins.__path__)]
        WALKED = [it.name for it in pkgutil.walk_packages(shop.__path__, "shop.")]
        ONE = importlib.import_module("shop.plugins." + FOUND[0][0]).Thing.__name__
        DATA = pkgutil.get_data("shop.plugins", "words.txt")
        """
    machine = apps({**PACKAGE, "app.py": text}, code=code)
    assert machine.resolve("app:FOUND") == [("one", False), ("two", True)]
    assert machine.resolve("app:WALKED") == ["shop.plugins", "shop.plugins.one", "shop.plugins.two"]
    assert (machine.resolve("app:ONE"), machine.resolve("app:DATA")) == ("Thing", b"hello")


def test_each_of_two_machines_lists_its_own(apps: Any, code: str) -> None:
    one, two = apps({"lib/__init__.py": "", "lib/a.py": ""}, code=code), apps({"lib/__init__.py": ""}, code=code)
    for machine, names in ((one, ["a"]), (two, [])):
        with machine.bound():
            assert [it.name for it in pkgutil.iter_modules(machine.load("lib").__path__)] == names


def test_a_spec_is_found_without_running_the_module(apps: Any, code: str) -> None:
    machine = apps(PACKAGE, code=code)
    with machine.bound():
        spec = importlib.util.find_spec("shop.plugins.one")
        assert spec is not None
        assert (spec.origin, spec.has_location) == ("/app/shop/plugins/one.py", True)
        assert machine.load("seen").RAN == []
        assert importlib.util.find_spec("shop.plugins.three") is None
        assert importlib.import_module("shop.plugins.one") is machine.load("shop.plugins.one")
        assert machine.load("seen").RAN == [1]


def test_a_module_that_lacks_a_module_says_so_to_the_library_that_imports_it(apps: Any) -> None:
    """Django asks for a spec first, and takes an error there for a module that is not there."""
    machine = apps({"shop/__init__.py": "", "shop/models.py": "import not_there_at_all"})
    with machine.bound():
        assert importlib.util.find_spec("shop.models") is not None
        with pytest.raises(ModuleNotFoundError, match="not_there_at_all"):
            importlib.import_module("shop.models")


def test_a_name_that_no_statement_could_say_is_imported_and_a_path_is_none(apps: Any, code: str) -> None:
    machine = apps({"pkg/__init__.py": "", "pkg/0001_initial.py": "N = 1", "other.py": ""}, code=code)
    with machine.bound():
        assert importlib.import_module("pkg.0001_initial").N == 1
        for name in ("pkg/../other", "pkg./other", "pkg..other", "other\0"):
            with pytest.raises(ModuleNotFoundError):
                importlib.import_module(name)


def test_what_a_loader_tells_is_the_module_s(apps: Any, code: str) -> None:
    machine = apps(PACKAGE, code=code)
    with machine.bound():
        module = machine.load("shop.plugins.one")
        loader: Any = module.__spec__.loader
        assert loader.get_filename("shop.plugins.one") == module.__file__ == loader.path
        assert loader.get_source("shop.plugins.one") == PACKAGE["shop/plugins/one.py"]
        assert loader.get_code("shop.plugins.one").co_filename == module.__file__
        assert (loader.is_package("shop.plugins.one"), loader.get_data("/app/seen.py")) == (False, b"RAN = []")
        assert "def __eq__" in inspect.getsource(module.Thing)
        plugins = machine.load("shop.plugins")
        assert plugins.__spec__.submodule_search_locations == plugins.__path__ == ["/app/shop/plugins"]


def test_resources_are_there_for_libraries_and_the_app(apps: Any, code: str) -> None:
    text = """
        import importlib.resources as resources
        A = resources.files("shop.plugins").joinpath("words.txt").read_text()
        with (resources.files("shop.plugins") / "words.txt").open() as stream:
            B = stream.read(), (resources.files("shop.plugins") / "words.txt").is_file()
        with resources.as_file(resources.files("shop.plugins") / "words.txt") as path:
            C = path.read_bytes()
        D = sorted(it.name for it in resources.files("shop.plugins").iterdir())
        E = (resources.files("shop.plugins.no_package") / "readme.txt").read_text()
        """
    machine = apps({**PACKAGE, "app.py": text}, code=code)
    assert machine.resolve("app:A") == "hello"
    assert (machine.resolve("app:B"), machine.resolve("app:C")) == (("hello", True), b"hello")
    assert "words.txt" in machine.resolve("app:D")
    assert machine.resolve("app:E") == "read me"
    with machine.bound():
        assert importlib.resources.files("shop.plugins").joinpath("words.txt").read_text() == "hello"


def test_the_functions_of_resources_read_files_of_the_app_s_packages_in_restricted_code(apps: Any) -> None:
    text = """
        import importlib.resources as resources
        import shop.plugins
        A = resources.read_text("shop.plugins", "words.txt"), resources.read_binary(shop.plugins, "words.txt")
        with resources.open_text("shop.plugins", "words.txt") as one, resources.open_binary("shop.plugins", "words.txt") as two:
            B = one.read(), two.read()
        C = [resources.is_resource("shop.plugins", name) for name in ("words.txt", "none.txt", "two")]
        D = "words.txt" in resources.contents("shop.plugins")
        E = (resources.files("seen") / "seen.py").is_file()
        """
    machine = apps({**PACKAGE, "app.py": text}, code="restricted")
    assert (machine.resolve("app:A"), machine.resolve("app:B")) == (("hello", b"hello"),) * 2
    assert [machine.resolve(f"app:{name}") for name in "CDE"] == [[True, False, False], True, True]


@pytest.mark.parametrize("anchor", ["'nowhere'", "'json'", "json"])
def test_resources_are_of_the_app_s_own_packages_alone_in_restricted_code(apps: Any, anchor: str) -> None:
    text = f"import importlib.resources, json\ntry:\n    importlib.resources.files({anchor})\nexcept ModuleNotFoundError as error:\n    SAID = str(error)"
    assert "is not a package of this app" in apps(text, code="restricted").resolve("app:SAID")


WALKED = {
    "fine/__init__.py": "",
    "fine/below.py": "",
    "lacks/__init__.py": "import not_there_at_all",
    "lacks/below.py": "",
    "wrong/__init__.py": "1 / 0",
}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("[it.name for it in pkgutil.walk_packages(['/app'], '', BAD.append)], BAD", (["app", "fine", "fine.below", "lacks", "wrong"], ["lacks", "wrong"])),
        ("[it.name for it in pkgutil.iter_modules(['/app/fine', '/app/fine'], 'x.')]", ["x.below"]),
        ("[it.name for it in pkgutil.iter_modules(['/app/nowhere'])]", []),
        ("pkgutil.get_data('fine', 'words.txt'), pkgutil.get_data('fine.below', 'words.txt')", (b"hello", b"hello")),
        ("pkgutil.get_data('nowhere', 'words.txt')", None),
    ],
)  # fmt: skip
def test_pkgutil_tells_the_app_what_python_s_would(apps: Any, code: str, asked: str, found: Any) -> None:
    text = f"import pkgutil\nBAD = []\nFOUND = {asked}"
    machine = apps({**WALKED, "fine/words.txt": "hello", "app.py": text}, code=code)
    assert machine.resolve("app:FOUND") == found


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("list(pkgutil.walk_packages(['/app']))", ZeroDivisionError),
        ("list(pkgutil.iter_modules('/app'))", ValueError),
    ],
)
def test_pkgutil_refuses_what_python_s_refuses(apps: Any, code: str, asked: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        apps({**WALKED, "app.py": f"import pkgutil\n{asked}"}, code=code).load("app")


@pytest.mark.parametrize("name", ["../app.py", "/app/app.py", "a/../../etc/passwd"])
def test_a_resource_lies_beneath_its_package_in_restricted_code(apps: Any, name: str) -> None:
    with pytest.raises(ValueError, match="below the package"):
        apps({**PACKAGE, "app.py": f"import pkgutil\npkgutil.get_data('shop', {name!r})"}, code="restricted").load(
            "app"
        )


def test_c_code_finds_the_app_s_classes_and_functions(apps: Any, code: str) -> None:
    """``pickle`` as libraries call it: caches, queues, pools of processes."""
    one, two = apps(PACKAGE, code=code), apps(PACKAGE, code=code)
    with one.bound():
        thing = one.resolve("shop.plugins.one:Thing")
        assert type(pickle.loads(pickle.dumps(thing()))) is thing
        data = pickle.dumps(thing)
        assert pickle.loads(data) is thing
    with two.bound():
        assert pickle.loads(data) is two.resolve("shop.plugins.one:Thing")


@pytest.mark.parametrize("change", ["insert(0, X)", "append(X)", "extend([X])", "__iadd__([X])"])
def test_a_folder_that_an_app_adds_to_its_path_is_searched(
    apps: Any, code: str, change: str, process_path: list[str]
) -> None:
    text = f"import os, sys\nX = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib')\nsys.path.{change}\n"
    if change.startswith("__iadd__"):
        text = text.replace("sys.path.__iadd__([X])", "sys.path += [X]")
    files = {"app.py": text + "import deep.prices\nONE = deep.prices.ONE", "lib/deep/prices.py": "ONE = 1"}
    for sole in (False, True):
        machine = apps(files, code=code, sole=sole)
        assert machine.resolve("app:ONE") == 1
        assert check_folder(str(apps.folder(files)), Policy(code=code)) == []  # type: ignore[arg-type]  # a parameter


def test_a_path_that_is_assigned_is_searched(apps: Any, code: str, process_path: list[str]) -> None:
    files = {"app.py": "import sys\nsys.path = ['lib', *sys.path]\nimport prices", "lib/prices.py": ""}
    machine = apps(files, code=code, sole=True)
    assert machine.load("app").prices.__file__ == "/app/lib/prices.py"


def test_libraries_search_the_path_that_trusted_code_has_changed(apps: Any, process_path: list[str]) -> None:
    machine = apps(
        {"app.py": "import site\nsite.addsitedir('/app/lib')", "lib/late_found.py": "N = 1"},
        sole=True,
        modules_granted=("*",),
    )
    machine.load("app")
    assert machine.path is sys.path
    with machine.bound():
        assert importlib.import_module("late_found") is machine.load("late_found")


def test_a_src_layout_is_found_by_itself(apps: Any, code: str) -> None:
    files = {
        "src/shop/__init__.py": "",
        "src/shop/main.py": "from shop.prices import ONE\nfrom . import prices\nimport json\nJ = json.dumps(ONE)",
        "src/shop/prices.py": "ONE = 1",
        "src/json/__init__.py": "",
    }
    assert apps(files, code=code).resolve("shop.main:J") == "1"
    assert apps(files, code=code).resolve("src.shop.main:J") == "1"
    assert check_folder(str(apps.folder(files)), Policy(code=code)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "project",
    [
        '[tool.setuptools.packages.find]\nwhere = ["python"]',
        '[tool.setuptools.package-dir]\n"" = "python"',
        '[tool.hatch.build.targets.wheel]\npackages = ["python/shop"]',
        '[[tool.poetry.packages]]\ninclude = "shop"\nfrom = "python"',
        '[tool.pdm.build]\npackage-dir = "python"',
        '[tool.uv.build-backend]\nmodule-root = "python"',
    ],
)
def test_the_folder_that_a_project_names_for_its_packages_is_searched(apps: Any, code: str, project: str) -> None:
    files = {"pyproject.toml": project, "python/shop/__init__.py": "ONE = 1", "app.py": "from shop import ONE"}
    assert apps(files, code=code).resolve("app:ONE") == 1


@pytest.mark.parametrize(
    "project", ["", "not toml [", "[tool]\nsetuptools = 7", '[tool.hatch.build.targets.wheel]\npackages = ["../x"]']
)
def test_a_project_that_names_none_or_one_outside_has_none(apps: Any, code: str, project: str) -> None:
    with pytest.raises(ImportError):
        apps({"pyproject.toml": project, "app.py": "import x_of_no_one"}, code=code).load("app")


def test_a_namespace_package_has_its_folders_in_all_places(apps: Any, code: str, process_path: list[str]) -> None:
    files = {
        "acme/one/here.py": "N = 1",
        "src/acme/two.py": "N = 2",
        "app.py": "import acme.one.here, acme.two\nN = acme.one.here.N + acme.two.N",
    }
    assert apps(files, code=code).resolve("app:N") == 3


def test_a_namespace_package_is_shared_with_what_is_installed(apps: Any, process_path: list[str]) -> None:
    files = {
        "acme_shared/mine.py": "N = 1",
        "_vendor/acme_shared/theirs.py": "N = 2",
        "app.py": "import acme_shared.mine, acme_shared.theirs as theirs\nN = acme_shared.mine.N + theirs.N",
    }
    machine = apps(files, modules_granted=("*",))
    with machine.bound():
        assert machine.resolve("app:N") == 3
    sys.modules.pop("acme_shared.theirs")


def test_a_namespace_is_shared_after_another_package_has_come_as_well(apps: Any, process_path: list[str]) -> None:
    files = {
        "acme_later/mine.py": "N = 1",
        "_vendor/acme_later/theirs.py": "N = 2",
        "_vendor/first_of_all.py": "",
        "app.py": "import first_of_all, acme_later.mine, acme_later.theirs as theirs\nN = acme_later.mine.N + theirs.N",
    }
    machine = apps(files, modules_granted=("*",))
    with machine.bound():
        assert machine.resolve("app:N") == 3
    for name in ("acme_later.theirs", "first_of_all"):
        sys.modules.pop(name)


def test_folders_that_pth_files_of_packages_name_are_searched(apps: Any, code: str, process_path: list[str]) -> None:
    files = {
        "_vendor/some.pth": "# a comment\nimport sys; sys.ran_by_pth = True\nsub/lib\n../outside\n/etc\nno_folder\n",
        f"_vendor/sub/lib/named_by_pth_{code}.py": "N = 1",
        f"outside/never_named_{code}.py": "",
        "app.py": f"import named_by_pth_{code} as found\nN = found.N",
        "other.py": f"import never_named_{code}",
    }
    machine = apps(files, code=code, modules_granted=("*",))
    assert machine.resolve("app:N") == 1
    assert not hasattr(sys, "ran_by_pth")
    with pytest.raises(ImportError):
        machine.load("other")
    sys.modules.pop(f"named_by_pth_{code}")


ATTEMPTS = {
    "its loader by the spec": "X = __spec__.loader",
    "its loader by the package's spec": "import shop\nX = shop.__spec__.loader",
    "a folder elsewhere in its path": "import shop\nshop.__path__.append('/etc')\nX = [it for it in shop.__path__ if it != '/app/shop'] or None",
    "a path assigned": "import shop\nshop.__path__ = ['/etc']\nX = 1",
    "modules outside": "import pkgutil\nX = list(pkgutil.iter_modules(['/app/..', '/usr/lib', '/', '/app/../etc'])) or None",
    "a file outside": "import pkgutil\nX = pkgutil.get_data('shop', '../../../../etc/hostname')",
    "a file by its whole path": "import pkgutil\nX = pkgutil.get_data('shop', '/etc/hostname')",
    "a library's file": "import pkgutil\nX = pkgutil.get_data('json', '__init__.py')",
    "an importer": "import pkgutil\nX = pkgutil.get_importer('/')",
    "a loader of the finder": "import pkgutil, shop\nX = next(pkgutil.iter_modules(shop.__path__), [None])[0]",
    "modules beyond the bundle by the path": "import sys\nsys.path.append('/usr/lib/python3')\nsys.path.append('/app/../secret')\nimport secret_module as X",
    "a vendored package by the path": "import sys\nsys.path.insert(0, '/app/_vendor')\nimport vendored_thing as X",
}


@pytest.mark.parametrize("text", ATTEMPTS.values(), ids=ATTEMPTS)
def test_nothing_unsafe_is_reached_by_what_makes_a_package(apps: Any, text: str) -> None:
    files = {
        "app.py": text,
        "shop/__init__.py": "",
        "shop/one.py": "",
        "_vendor/vendored_thing.py": "import os",
        "../secret/secret_module.py": "",
    }
    machine = apps(files, code="restricted")
    with suppress(AttributeError, ImportError, SyntaxError, TypeError, ValueError, OSError, StopIteration):
        assert machine.resolve("app:X") is None


def test_what_a_library_imports_gives_restricted_code_no_loader(apps: Any) -> None:
    machine = apps({"app.py": "def look():\n    return __spec__.loader", "shop/__init__.py": ""}, code="restricted")
    with machine.bound():
        importlib.import_module("app")
        assert machine.resolve("app:look")() is None
