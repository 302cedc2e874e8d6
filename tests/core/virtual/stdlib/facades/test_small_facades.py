"""``abc``, ``copy``, ``operator``, ``pickle`` and ``traceback`` do as Python's for what is the app's own."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

SHAPE = """
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @abc.abstractproperty
    def name(self): ...
    @abc.abstractclassmethod
    def make(cls): ...
    @abc.abstractstaticmethod
    def unit(): ...
"""
SAME = {
    "abstract methods of each kind": SHAPE + "it = Shape()",
    "a class that lacks some makes no instance": SHAPE + """
class Half(Shape):
    name = "half"
    def area(self): return 1
it = Half()""",
    "a class that has all of them makes one": SHAPE + """
class Square(Shape):
    name = "square"
    def area(self): return 1
    @classmethod
    def make(cls): return cls()
    @staticmethod
    def unit(): return "m"
it = Square.make().area(), Square.unit()""",
    "a deep copy": "one = [[1], {2: 3}]\nother = copy.deepcopy(one)\nit = other == one, other[0] is one[0]",
    "a deep copy with a memo": "one = []\nother = copy.deepcopy([one, one], {})\nit = other[0] is other[1]",
    "attrgetter": "it = operator.attrgetter('real')(3), operator.attrgetter('real', 'imag.real')(3)",
    "attrgetter of no name": "it = operator.attrgetter()",
    "attrgetter of a number": "it = operator.attrgetter(1)",
    "methodcaller": "it = operator.methodcaller('split', ',', maxsplit=1)('a,b,c')",
    "a traceback of no error": "it = traceback.format_exc()",
    "the last line of a traceback": "it = traceback.format_exception_only(ValueError('x'))",
    "the last line by three arguments": "it = traceback.format_exception_only(ValueError, ValueError('x'))",
    "pickles of plain values": """
import datetime, decimal, uuid
values = [1, 2.5, "a", b"b", None, (1, [2]), {3}, {"a": 1}, datetime.date(2026, 1, 2), decimal.Decimal("1.5"),
          uuid.UUID(int=7)]
it = [pickle.loads(pickle.dumps(value)) == value for value in values]""",
    "pickles in a file": """
with Path(TOP, "p").open("wb") as file:
    pickle.dump([1], file)
with Path(TOP, "p").open("rb") as file:
    it = pickle.load(file)""",
    "pickles of every protocol": "it = [pickle.loads(pickle.dumps({'a': (1,)}, n)) for n in range(6)]",
    "what is no pickle": "it = pickle.loads(b'hello')",
}  # fmt: skip

if sys.version_info >= (3, 13):
    SAME["a copy with another value"] = """
from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
one = Point(1, 2)
other = copy.replace(one, y=3)
it = (one.x, one.y, other.x, other.y)"""


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_these_modules_do_as_in_plain_python(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, text.strip()) == plainly(tmp_path / "plain", text.strip())


def test_a_pickle_of_the_app_s_own_class_comes_back_as_one(apps: Any) -> None:
    text = """
        import pickle
        class Point:
            class Kind:
                pass
            def __init__(self, x):
                self.x = x
        BACK = pickle.loads(pickle.dumps(Point(3)))
        IS = type(BACK) is Point, BACK.x, type(pickle.loads(pickle.dumps(Point.Kind()))) is Point.Kind
        """
    assert apps(text, code="restricted").resolve("app:IS") == (True, 3, True)


REFUSED = {
    "app's own functions": "import abc\nabc.abstractmethod(len)",
    "memo of a deep copy is a dict": "import copy\nclass Memo(dict): pass\ncopy.deepcopy([], Memo())",
    "its own classes and plain values, not os.system": r"import pickle; pickle.loads(b'cos\nsystem\n.')",
    "plain values, not app.nothing": r"import pickle; pickle.loads(b'capp\nnothing\n.')",
    "plain values, not app.__builtins__": r"import pickle; pickle.loads(b'capp\n__builtins__\n.')",
    "file of exactly bytes": "\n".join([
        "import pickle",
        "class Bytes(bytes): pass",
        "class File:",
        "    def read(self, size): return Bytes(b'N.')",
        "    def readline(self): return Bytes(b'N.')",
        "pickle.load(File())",
    ]),
    "number of 128 bits": "\n".join([
        "import pickle, uuid",
        "data = pickle.dumps(uuid.UUID(int=1 << 127), 2)",
        "pickle.loads(data.replace(bytes([0x8a]), bytes([0x8a])).replace((1 << 127).to_bytes(17, 'little'),"
        " (1 << 128).to_bytes(17, 'little')))",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("why", "text"), REFUSED.items(), ids=REFUSED.keys())
def test_what_is_not_the_app_s_own_is_refused(apps: Any, why: str, text: str) -> None:
    with pytest.raises(Exception, match=why):
        apps(text, code="restricted").resolve("app:pickle")


@pytest.mark.parametrize("name", ["nothing", "__builtins__", "Point.nothing"])
def test_trusted_code_too_unpickles_only_what_its_module_defines(apps: Any, name: str) -> None:
    text = "import pickle\nclass Point: pass\ndef load(data): return pickle.loads(data)"
    machine = apps(text)
    assert machine.resolve("app:load")(b"capp\nPoint\n.") is machine.resolve("app:Point")
    with pytest.raises(pickle.UnpicklingError, match=f"app defines no {name}"):
        machine.resolve("app:load")(f"capp\n{name}\n.".encode())


def test_a_traceback_shows_the_app_s_own_frames(apps: Any) -> None:
    text = """
        import traceback
        def fail():
            raise ValueError("no luck")
        try:
            fail()
        except ValueError as error:
            SAID = traceback.format_exc()
            PARTS = traceback.format_exception(error)
            SAME = traceback.format_exception(ValueError, error, None) == PARTS
        """
    machine = apps(text, code="restricted")
    said = machine.resolve("app:SAID")
    assert said.splitlines()[-1] == "ValueError: no luck"
    assert "app.py" in said
    assert "in fail" in said
    assert str(machine.paths.mounts[0].real) not in said
    assert "".join(machine.resolve("app:PARTS")) == said
    assert machine.resolve("app:SAME") is True
