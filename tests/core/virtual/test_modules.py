"""The app's modules are its machine's own, and behave as Python's modules do."""

from __future__ import annotations

import importlib
import sys
import threading
from typing import Any, ClassVar

import msgspec
import pytest

from vaas.core.virtual import thread_binding
from vaas.core.virtual.errors import BadEntry, MachineClosed, ModuleMissing, NameMissing
from vaas.core.virtual.interpreter_table import InterpreterTable
from vaas.core.virtual.source import Source


def test_two_machines_that_import_models_each_have_their_own(apps: Any, code: str) -> None:
    files = {"app.py": "import models\nmodels.SEEN.append(1)", "models.py": "SEEN = []"}
    one, two = apps(files, code=code), apps(files, code=code)
    one.load("app")
    assert one.load("models").SEEN == [1]
    assert two.load("models").SEEN == []
    assert "models" not in sys.modules


def test_an_app_s_module_comes_before_the_standard_library_s(apps: Any, code: str) -> None:
    machine = apps({"app.py": "import calendar\nWHOSE = calendar.WHOSE", "calendar.py": "WHOSE = 'mine'"}, code=code)
    assert machine.resolve("app:WHOSE") == "mine"
    assert not hasattr(importlib.import_module("calendar"), "WHOSE")


def test_a_plain_folder_hides_no_real_module_but_is_a_package_otherwise(apps: Any, code: str) -> None:
    files = {
        "app.py": "import html, views.home\nX = html.escape('<'), views.home.Y",
        "html/p.txt": "",
        "views/home.py": "Y = 1",
    }
    assert apps(files, code=code).resolve("app:X") == ("&lt;", 1)


def test_dataclasses_with_string_annotations_know_their_own_module(apps: Any, code: str) -> None:
    machine = apps(
        """
        from __future__ import annotations
        from dataclasses import KW_ONLY, asdict, dataclass, field
        from typing import ClassVar, get_type_hints

        @dataclass
        class Line:
            text: str
            count: ClassVar[int] = 0
            _: KW_ONLY
            next: Line | None = None
            tags: list[str] = field(default_factory=list)

        HINTS = get_type_hints(Line)
        VALUE = asdict(Line("a", next=Line("b")))
        """,
        code=code,
    )
    assert machine.resolve("app:HINTS")["next"] == machine.resolve("app:Line") | None
    assert machine.resolve("app:VALUE") == {"text": "a", "next": {"text": "b", "next": None, "tags": []}, "tags": []}


def test_a_dataclass_with_slots_keeps_its_private_methods(apps: Any, code: str) -> None:
    machine = apps(
        """
        from dataclasses import dataclass

        @dataclass(frozen=True, slots=True)
        class Point:
            x: int
            def _twice(self):
                return self.x * 2
            def go(self):
                return self._twice()
        """,
        code=code,
    )
    assert machine.resolve("app:Point")(4).go() == 8


def test_named_tuples_typed_dicts_and_enums_work(apps: Any, code: str) -> None:
    machine = apps(
        """
        from collections import namedtuple
        from enum import Enum, Flag, auto
        from typing import NamedTuple, TypedDict, get_type_hints

        class Color(Enum):
            RED = auto()
            BLUE = auto()

            @classmethod
            def _missing_(cls, value):
                return cls.RED

        class Access(Flag):
            R = 1
            W = 2

        class Pair(NamedTuple):
            left: int
            right: "Color" = Color.BLUE

        class Body(TypedDict, total=False):
            pair: "Pair"

        Old = namedtuple("Old", "a b")
        RESULT = (Color(99).name, (Access.R | Access.W).value, Pair(1)._replace(left=2), Old(1, 2)._asdict())
        HINTS = get_type_hints(Pair), get_type_hints(Body), Body.__name__
        """,
        code=code,
    )
    pair, color = machine.resolve("app:Pair"), machine.resolve("app:Color")
    assert machine.resolve("app:RESULT") == ("RED", 3, pair(2), {"a": 1, "b": 2})
    assert machine.resolve("app:HINTS") == ({"left": int, "right": color}, {"pair": pair}, "Body")
    assert machine.resolve("app:Body").__total__ is False


def test_pickle_makes_the_app_s_own_classes_and_not_another_machine_s(apps: Any, code: str) -> None:
    text = """
        import pickle
        from dataclasses import dataclass
        from enum import Enum

        class Kind(Enum):
            A = "a"

        @dataclass
        class Note:
            kind: Kind
            text: str

        def there_and_back(note):
            return pickle.loads(pickle.dumps([note, {1, 2}]))
        """
    one, two = apps(text, code=code), apps(text, code=code)
    with one.bound():
        note = one.resolve("app:Note")(one.resolve("app:Kind").A, "x")
        copy, _ = one.resolve("app:there_and_back")(note)
    assert copy == note
    assert type(copy) is one.resolve("app:Note")
    assert type(copy) is not two.resolve("app:Note")


def test_packages_relative_imports_stars_and_circles_work(apps: Any, code: str) -> None:
    machine = apps(
        {
            "app.py": """
                import shop.cart.lines
                from shop import *
                from shop.cart import lines as deep
                RESULT = (shop.cart.lines.N, deep.N, PUBLIC, deep.up(), __name__, deep.__package__)
                """,
            "shop/__init__.py": "from . import cart\nPUBLIC = 1\n_HIDDEN = 2",
            "shop/cart/__init__.py": "from . import lines\nfrom .. import other",
            "shop/cart/lines.py": "from .. import cart\nN = 5\n"
            "def up():\n    from ..other import back\n    return back()",
            "shop/other.py": "from . import cart\ndef back():\n    return cart.lines.N + 1",
        },
        code=code,
    )
    assert machine.resolve("app:RESULT") == (5, 5, 1, 6, "app", "shop.cart")


def test_a_star_import_takes_what_all_names(apps: Any, code: str) -> None:
    machine = apps(
        {"app.py": "from names import *\nX = _two", "names.py": "__all__ = ['_two']\none = 1\n_two = 2"}, code=code
    )
    assert machine.resolve("app:X") == 2
    assert not hasattr(machine.load("app"), "one")


def test_a_module_may_answer_for_names_it_does_not_have(apps: Any, code: str) -> None:
    machine = apps(
        {"app.py": "from late import anything\nX = anything", "late.py": "def __getattr__(n):\n    return n"}, code=code
    )
    assert machine.resolve("app:X") == "anything"


def test_resources_of_a_package_are_read_by_importlib(apps: Any, code: str) -> None:
    text = """
        import importlib.resources
        import pages
        A = importlib.resources.files("pages").joinpath("home.html").read_text()
        B = importlib.resources.files(pages) / "home.html"
        C = B.read_text()
        """
    machine = apps({"app.py": text, "pages/__init__.py": "", "pages/home.html": "<p>"}, code=code)
    assert (machine.resolve("app:A"), machine.resolve("app:C")) == ("<p>", "<p>")


def test_import_module_finds_what_the_import_statement_finds(apps: Any, code: str) -> None:
    text = "import importlib\nM = importlib.import_module('.deep', 'pkg')\nimport pkg.deep\nSAME = M is pkg.deep"
    assert apps({"app.py": text, "pkg/__init__.py": "", "pkg/deep.py": ""}, code=code).resolve("app:SAME") is True


def test_a_library_that_imports_the_app_s_modules_by_name_gets_this_machine_s(apps: Any) -> None:
    one, two = apps({"settings.py": "NAME = 1"}), apps({"settings.py": "NAME = 2"})
    with two.bound():
        assert importlib.import_module("settings").NAME == 2
    with one.bound():
        assert importlib.import_module("settings").NAME == 1
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("settings")


def test_a_thread_works_for_the_machine_of_the_thread_that_started_it(apps: Any) -> None:
    machine = apps("")
    seen: list[object] = []
    with machine.bound():
        thread = threading.Thread(target=lambda: seen.append(thread_binding.bound()))
        thread.start()
    thread.join()
    assert seen == [machine]
    assert thread_binding.bound() is None


def test_code_in_c_finds_the_modules_that_stand_in_sys_modules(apps: Any) -> None:
    apps("")  # from here on `sys.modules` is a view

    class Point(msgspec.Struct):
        """msgspec looks in the table of modules, by the C interface of dicts, for what `ClassVar` means here."""

        x: int
        kind: ClassVar[str] = "point"

    assert Point.__struct_fields__ == ("x",)


def test_what_is_written_to_sys_modules_is_there_for_every_thread(apps: Any) -> None:
    machine = apps({"mine.py": ""})
    machine.load("mine")
    with machine.bound():
        sys.modules["vaas_test_marker"] = sys
        assert "mine" in sys.modules
        assert "mine" in list(sys.modules)
    assert sys.modules.pop("vaas_test_marker") is sys
    assert "mine" not in dict(sys.modules)


def test_the_view_of_sys_modules_is_put_there_once(apps: Any) -> None:
    apps("")
    view, finders, start = sys.modules, list(sys.meta_path), threading.Thread.start
    thread_binding.install()
    assert sys.modules is view
    assert sys.meta_path == finders
    assert threading.Thread.start is start
    assert type(thread_binding.real_modules()) is InterpreterTable


def test_replaced_modules_and_sources_stand_in_for_the_real_ones(apps: Any, code: str) -> None:
    class Loader:
        def find(self, name: str) -> Source | None:
            return Source(name, "/app/made.py", b"import clock, json\nX = clock.now, json") if name == "made" else None

    class Clock:
        now = "noon"

    machine = apps("", code=code, source=Loader(), modules={"clock": Clock, "json": 7})
    assert machine.resolve("made:X") == ("noon", 7)


def test_a_module_that_fails_is_run_again_at_the_next_import(apps: Any, code: str) -> None:
    machine = apps(
        {
            "app.py": "import flag\nif not flag.OK:\n    flag.OK = True\n    raise ValueError('first')",
            "flag.py": "OK = 0",
        },
        code=code,
    )
    with pytest.raises(ValueError, match="first"):
        machine.load("app")
    assert machine.load("app").__name__ == "app"


def test_a_package_that_failed_finds_its_modules_when_it_is_run_again(apps: Any, code: str) -> None:
    files = {
        "flag.py": "OK = 0",
        "pkg/__init__.py": "import flag\nfrom . import sub\nif not flag.OK:\n    flag.OK = 1\n    raise ValueError",
        "pkg/sub.py": "",
    }
    machine = apps(files, code=code)
    with pytest.raises(ValueError):  # noqa: PT011  # it has no text
        machine.load("pkg")
    assert machine.load("pkg").sub is machine.load("pkg.sub")


@pytest.mark.parametrize("entry", ["app", "app:", ":x", ""])
def test_an_entry_without_module_and_name_is_refused(apps: Any, entry: str) -> None:
    with pytest.raises(BadEntry, match="module:name"):
        apps("").resolve(entry)


def test_a_missing_entry_names_the_file_and_what_it_has_instead(apps: Any) -> None:
    with pytest.raises(NameMissing, match=r"app\.py defines no 'Helo'.*Hello"):
        apps("class Hello: ...").resolve("app:Helo")
    with pytest.raises(ModuleMissing, match="no module 'main'"):
        apps("").resolve("main:Hello")


def test_a_closed_machine_runs_nothing_more(apps: Any) -> None:
    machine = apps("")
    machine.load("app")
    machine.close()
    machine.close()
    with pytest.raises(MachineClosed):
        machine.load("app")


def test_name_doc_and_file_are_the_module_s(apps: Any, code: str) -> None:
    machine = apps('"""About."""\nRAN = __name__ == "__main__"\nFACTS = __doc__, __file__', code=code)
    assert machine.resolve("app:FACTS") == ("About.", "/app/app.py")
    assert machine.resolve("app:RAN") is False


def test_dates_are_read_by_format(apps: Any, code: str) -> None:
    """The interpreter imports what it needs for it in the name of the app's code."""
    text = """
        import datetime, time
        X = datetime.datetime.strptime("2003-02-01", "%Y-%m-%d").day, time.strptime("2003", "%Y").tm_year
        EMPTY = [it for it in dir(__import__("_strptime", None, None, ["time"], 0)) if not it.startswith("_")]
        """
    machine = apps(text, code=code)
    assert (machine.resolve("app:X"), machine.resolve("app:EMPTY")) == ((1, 2003), [])


def test_a_literal_is_read_and_nothing_else_of_a_tree(apps: Any) -> None:
    machine = apps("import ast\nX = ast.literal_eval('[1, {2: (3,)}]')", code="restricted")
    assert machine.resolve("app:X") == [1, {2: (3,)}]
    assert [it for it in vars(machine.load("ast")) if not it.startswith("_")] == ["literal_eval"]
