"""What a library keeps is shown to no app as it is: each machine has its own, or it cannot be changed."""

from __future__ import annotations

import csv
import datetime
import enum
import random
import re
import unicodedata
import uuid
from collections.abc import Iterator
from types import BuiltinFunctionType, BuiltinMethodType, FunctionType, MethodType, ModuleType
from typing import Any

import pytest

from vaas.core.restrict.plain import plain
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.patches.freezing import Table
from vaas.core.virtual.stdlib.tables import SAFE

CONTAINERS = (dict, list, set, bytearray)
WORDS = (type(None), bool, int, float, complex, str, bytes, type(...), type(NotImplemented), frozenset, Table)
CODE = (type, FunctionType, BuiltinFunctionType)
REVIEWED: dict[Any, str] = {
    tuple: "its items are looked at instead",
    re.Pattern: "cannot be changed",
    uuid.UUID: "cannot be changed: its __setattr__ refuses, its slots' own setters are not for apps",
    datetime.timezone: "cannot be changed",
    unicodedata.UCD: "a table of the interpreter's without a method that writes",
    enum.Enum: "members: attributes may not be set on them (core/restrict/settable.py), and they hold words",
    "__future__._Feature": "holds words; attributes may not be set on it",
    "calendar._localized_day": "holds words; attributes may not be set on it",
    "calendar._localized_month": "holds words; attributes may not be set on it",
    "dataclasses._MISSING_TYPE": "says one thing only",
    "dataclasses._KW_ONLY_TYPE": "says one thing only",
    "builtins.NoDefaultType": "says one thing only",
    "email.policy.EmailPolicy": "its __setattr__ refuses; the tables in it are frozen",
    "email._policybase.Compat32": "its __setattr__ refuses; there is no table in it",
    "functools._lru_cache_wrapper": "keeps results of a pure function",
}
"""Instances of the process's own that two machines may both see, by their type, and why."""
TYPING = "its forms and aliases: attributes may not be set on them"


def shown(machine: Any) -> Iterator[tuple[str, Any]]:
    for name in sorted(SAFE):
        try:
            facade = machine.load(name)
        except ImportError:
            continue  # not in this version of Python
        for attribute, value in vars(facade).items():
            if not attribute.startswith("_"):
                yield f"{name}.{attribute}", value


def complaint(name: str, one: Any, other: Any) -> str:
    """What two machines share here that one of them could change; empty if nothing."""
    if isinstance(one, type):
        return "; ".join(tables(one))
    if one is not other:
        return ""
    if isinstance(one, (MethodType, BuiltinMethodType)):
        whose = one.__self__
        own = whose is None or isinstance(whose, (ModuleType, type))
        return "" if own else f"a method of the process's {type(whose).__name__}"
    if isinstance(one, tuple):
        return "; ".join(filter(None, (complaint(name, it, it) for it in one)))
    if isinstance(one, (*WORDS, *CODE)):
        return ""
    kinds = type(one).__mro__
    if any(it in REVIEWED or f"{it.__module__}.{it.__qualname__}" in REVIEWED for it in kinds):
        return ""
    return "" if type(one).__module__ == "typing" and TYPING else f"an instance of {type(one)}"


def tables(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        for name, value in vars(base).items():
            if not name.startswith("_") and isinstance(value, CONTAINERS):
                yield f"{base.__qualname__}.{name} is a {type(value).__name__}"


def test_two_machines_share_nothing_that_one_of_them_could_change(apps: Any) -> None:
    one, two = (dict(shown(apps("", code="restricted"))) for _ in range(2))
    complaints = {name: complaint(name, value, two.get(name)) for name, value in one.items()}
    assert {name: it for name, it in complaints.items() if it} == {}


def test_a_machine_s_tables_are_copies_and_hold_nothing_that_can_be_changed(apps: Any) -> None:
    for name, value in shown(apps("", code="restricted")):
        if isinstance(value, CONTAINERS) and not isinstance(value, Facade) and name not in ("sys.argv", "sys.path"):
            inner = value.values() if isinstance(value, dict) else value
            assert all(isinstance(it, (*WORDS, tuple)) for it in inner), name


def test_that_something_is_shared_would_be_seen(apps: Any) -> None:
    class Holder:
        table: dict[str, str] = {}

    assert complaint("x", random.seed, random.seed) == "a method of the process's Random"
    assert "Holder.table is a dict" in complaint("x", Holder, Holder)
    assert complaint("x", Holder.table, Holder.table) == "an instance of <class 'dict'>"
    assert complaint("x", (1, []), (1, [])) == ""
    shared = (1, [])
    assert complaint("x", shared, shared) == "an instance of <class 'list'>"


CHANGES = """
import calendar, csv, email.message, gettext, html.entities, io, mimetypes, random
import xml.etree.ElementTree as tree

def change():
    random.seed(7)
    calendar.setfirstweekday(6)
    csv.register_dialect("mine", delimiter=";")
    csv.unregister_dialect("unix")
    csv.field_size_limit(5)
    tree.register_namespace("mine", "urn:x")
    mimetypes.add_type("text/mine", ".mine")
    html.entities.html5["mine;"] = "!"
    gettext.textdomain("mine")

def look():
    return {
        "calendar": calendar.firstweekday(),
        "csv": (sorted(csv.list_dialects()), csv.field_size_limit()),
        "tree": tree.tostring(tree.Element("{urn:x}a")),
        "mimetypes": mimetypes.guess_type("a.mine")[0],
        "html": html.entities.html5.get("mine;"),
        "gettext": gettext.textdomain(),
    }
"""


def test_what_an_app_changes_it_sees_and_no_other_app_does(apps: Any) -> None:
    one, two = (apps(CHANGES, code="restricted").load("app") for _ in range(2))
    before, state = two.look(), random.getstate()
    one.change()
    assert one.look() == {
        "calendar": 6,
        "csv": (["excel", "excel-tab", "mine"], 5),
        "tree": b'<mine:a xmlns:mine="urn:x" />',
        "mimetypes": "text/mine",
        "html": "!",
        "gettext": "mine",
    }
    assert two.look() == before
    assert before["csv"] == (["excel", "excel-tab", "unix"], 131072)
    assert (random.getstate(), "mine" in csv.list_dialects()) == (state, False)


def test_a_seed_gives_the_numbers_that_python_gives(apps: Any) -> None:
    text = "import random\nrandom.seed(7)\nX = random.random(), random.randint(1, 9), random.sample(range(9), 3)"
    real = random.Random(7)
    expected = real.random(), real.randint(1, 9), real.sample(range(9), 3)
    assert apps(text, code="restricted").resolve("app:X") == expected


def test_csv_reads_and_writes_by_the_app_s_dialects(apps: Any) -> None:
    text = """
        import csv, io
        csv.register_dialect("semi", delimiter=";")
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, ["a", "b"], dialect="semi")
        writer.writeheader()
        writer.writerow({"a": 1, "b": "x;y"})
        out.seek(0)
        ROWS = list(csv.DictReader(out, dialect="semi"))
        PLAIN = [list(csv.reader(["a;b,c"], *how)) for how in ([], ["semi"])]
        PLAIN.append(list(csv.reader(["a|b"], delimiter="|")))
        csv.field_size_limit(3)
        try:
            list(csv.reader(["four,"]))
        except csv.Error as error:
            SAID = str(error)
        csv.field_size_limit(10**9)
        LONG = len(next(csv.reader(["x" * 200_000]))[0])
        UNKNOWN = []
        for act in (lambda it: csv.reader([], it), csv.get_dialect, csv.unregister_dialect):
            try:
                act("none")
            except csv.Error as error:
                UNKNOWN.append(str(error))
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:ROWS") == [{"a": "1", "b": "x;y"}]
    assert machine.resolve("app:PLAIN") == [[["a;b", "c"]], [["a", "b,c"]], [["a", "b"]]]
    assert machine.resolve("app:SAID") == "field larger than field limit (3)"
    assert machine.resolve("app:LONG") == 200_000
    assert machine.resolve("app:UNKNOWN") == ["unknown dialect"] * 3


def test_a_translation_comes_from_the_app_s_own_folder(apps: Any) -> None:
    text = """
        import gettext, os, struct
        def catalogue(said, meant):
            names = b"\\0" + said.encode() + b"\\0"
            texts = b"Content-Type: text/plain; charset=UTF-8\\n\\0" + meant.encode() + b"\\0"
            at, head = 28 + 32, struct.pack("<7I", 0x950412DE, 0, 2, 28, 44, 0, 60)
            first = len(texts) - len(meant.encode()) - 2
            tables = struct.pack("<8I", 0, at, len(said), at + 1, first, at + len(names), len(meant.encode()),
                                 at + len(names) + first + 1)
            return head + tables + names + texts
        os.makedirs("/data/locale/de/LC_MESSAGES")
        with open("/data/locale/de/LC_MESSAGES/app.mo", "wb") as file:
            file.write(catalogue("yes", "jawohl"))
        found = gettext.translation("app", "/data/locale", ["de"])
        SAID = found.gettext("yes"), found.gettext("no")
        gettext.bindtextdomain("app", "/data/locale")
        gettext.textdomain("app")
        os.environ["LANGUAGE"] = "de_AT:en"
        SAID += (gettext.gettext("yes"), gettext.dgettext("none", "yes"), gettext.ngettext("one", "many", 2))
        gettext.install("app")
        SAID += (_("yes"),)
        MISSING = gettext.find("none", "/data/locale", ["de"])
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:SAID") == ("jawohl", "no", "jawohl", "yes", "many", "jawohl")
    assert machine.resolve("app:MISSING") is None
    assert not hasattr(__builtins__, "_")


@pytest.mark.parametrize(
    ("setup", "target"),
    [
        ("import http", "http.HTTPStatus.OK.phrase"),
        ("import sys", "sys.implementation.name"),
        ("import calendar", "calendar.day_name.format"),
        ("import email.policy", "email.policy.default.max_line_length"),
        ("import inspect", "inspect.signature(len).parameters['obj'].name"),
        ("import ipaddress", "ipaddress.IPv4Network.hostmask.func"),
        ("import re", "re.compile('x').pattern"),
        ("import json", "json.JSONEncoder.item_separator"),
        ("from xml.etree import ElementTree as t", "t.XMLParser().entity"),
    ],
)
def test_attributes_of_what_may_be_shared_cannot_be_set(apps: Any, setup: str, target: str) -> None:
    with pytest.raises(AttributeError):
        apps(f"{setup}\n{target} = 'owned'", code="restricted").load("app")


def test_attributes_of_what_the_app_made_can_be_set(apps: Any) -> None:
    text = """
        import calendar, collections, decimal, logging, textwrap, threading, types
        from xml.etree import ElementTree
        made = {
            "a": types.SimpleNamespace(), "b": threading.local(), "c": ValueError(), "d": logging.getLogger("x"),
        }
        for it in made.values():
            it.disabled = True
        decimal.Context().prec = 3
        textwrap.TextWrapper().width = 3
        calendar.TextCalendar().firstweekday = 3
        collections.defaultdict(int).default_factory = None
        element = ElementTree.Element("a")
        element.text = "x"
        thread = threading.Thread()
        thread.name = "x"
        """
    apps(text, code="restricted").load("app")


def test_policies_of_mail_are_joined_with_policies_and_by_public_names(apps: Any) -> None:
    text = """
        from email.message import EmailMessage
        from email.policy import SMTP, EmailPolicy, default
        joined = default + SMTP + EmailPolicy(max_line_length=7)
        X = joined.linesep, joined.max_line_length, default.clone(utf8=True).utf8, EmailMessage(joined).policy is joined
        REFUSED = []
        for act in (
            lambda: default + object(),
            lambda: default.clone(_x=1),
            lambda: EmailPolicy(__class__=int),
            lambda: default.clone(nothing=1),
        ):
            try:
                act()
            except TypeError:
                REFUSED.append(True)
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:X") == ("\r\n", 7, True, True)
    assert machine.resolve("app:REFUSED") == [True] * 4


class Text(str):
    def __str__(self) -> str:
        return "another"


@pytest.mark.parametrize(
    ("value", "same"),
    [
        (Text("a"), "a"),
        (type("B", (bytes,), {"__getitem__": None})(b"b"), b"b"),
        (type("I", (int,), {"__index__": lambda self: 9})(3), 3),
        ((1, (Text("t"),)), (1, ("t",))),
        (re.M, 8),
    ],
)
def test_a_plain_value_is_what_it_holds_and_not_what_it_says(value: Any, same: Any) -> None:
    assert plain(value) == same
    assert type(plain(value)) is type(same)


def test_what_is_not_a_word_or_a_number_stays_what_it_is() -> None:
    marker = object()
    assert plain(marker) is marker
    assert plain((marker,))[0] is marker


def test_patterns_formats_zones_and_networks_work_as_ever(apps: Any) -> None:
    text = """
        import copy, datetime, ipaddress, pickle, re, struct
        from urllib.parse import quote
        from zoneinfo import ZoneInfo
        from xml.etree import ElementTree
        X = [
            re.sub("(A)", r"<\\1>", "a", flags=re.I), re.compile("a", re.I | re.X).flags & 66, repr(re.I | re.M),
            struct.unpack("<HB", struct.pack("<HB", 1, 2)), quote("a/b c", safe=""),
            str(ipaddress.ip_network("10.0.0.0/8").netmask), str(ipaddress.ip_network("fe80::/10").netmask),
            ElementTree.XML("<a><b c='1'/></a>").find("b[@c='1']").tag,
            datetime.datetime(2020, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")).isoformat(),
            ZoneInfo("UTC") is ZoneInfo("UTC"), copy.deepcopy(ZoneInfo("UTC")).key,
        ]
        """
    assert apps(text, code="restricted").resolve("app:X") == [
        "<a>",
        66,
        "re.IGNORECASE|re.MULTILINE",
        (1, 2),
        "a%2Fb%20c",
        "255.0.0.0",
        "ffc0::",
        "b",
        "2020-07-01T00:00:00+02:00",
        True,
        "UTC",
    ]


def test_nothing_shown_is_a_method_of_an_object_of_the_platform_s(apps: Any) -> None:
    """A library finds the object behind a method, and a machine is behind many."""
    machine = apps("", code="restricted")
    for name, value in [*shown(machine), *machine.builtins.items()]:
        assert type(value) is not MethodType or isinstance(value.__self__, type), name


def test_weak_methods_are_of_the_app_s_own_methods(apps: Any) -> None:
    text = """
        import weakref
        class Own:
            def method(self):
                return 7
        own, gone = Own(), []
        weak = weakref.WeakMethod(own.method, gone.append)
        SEEN = weak()(), weak == weakref.WeakMethod(own.method), len({weak, weakref.WeakMethod(own.method)})
        del own
        SEEN += (weak(), gone == [weak])
        REFUSED = []
        for method in (open, weakref.WeakSet().add, len):
            try:
                weakref.WeakMethod(method)
            except TypeError:
                REFUSED.append(method)
        """
    machine = apps(text, code="restricted")
    assert machine.resolve("app:SEEN") == (7, True, 1, None, True)
    assert len(machine.resolve("app:REFUSED")) == 3
