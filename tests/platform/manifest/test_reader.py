from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.limits_table import toml
from vaas.core.limit_keys import LimitKey
from vaas.core.policy import LIMIT_KEYS, Limits, Permissions, Policy
from vaas.platform.manifest.reader import MAX_SIZE, ManifestFile, ManifestInvalid, Problem, read_manifest
from vaas.platform.manifest.values import TABLES, TOP

EVERYTHING = """\
name = "hello"
version = "1.2.0"
entry = "app:Hello"
interface = "vaas"
code = "trusted"
include = ["src/**", "*.py"]
exclude = ["tests/**"]

[permissions]
modules = ["httpx", "os.path", "*"]
net = ["api.example.com:443", "[::1]:80", "127.0.0.1:8080", "*"]
read = ["/srv/shared"]
write = ["/srv/out"]
env = ["API_KEY"]
rpc = ["billing.*", "users.find"]
subprocess = true

[limits]
workers = 8
hosts = 2
timeout = "500ms"
memory = "1GB"
idle = "1h"
body = "10KB"
concurrency = 7
queue = 0
start = "1m"
drain = "0s"
"""


def read(text: str) -> ManifestFile:
    return read_manifest({"vaas.toml": text.encode()}, name="folder")


def problems(text: str) -> list[str]:
    with pytest.raises(ManifestInvalid) as caught:
        read(text)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


# --- what is right ---


def test_an_entry_may_be_a_factory():
    assert read('entry = "main:create_app()"').manifest.entry == "main:create_app()"


def test_every_key_is_read() -> None:
    file = read(EVERYTHING)
    assert file.manifest.name == "hello"
    assert (file.manifest.version, file.manifest.entry) == ("1.2.0", "app:Hello")
    assert file.manifest.interface == "vaas"
    assert (file.include, file.exclude) == (("src/**", "*.py"), ("tests/**",))
    assert file.manifest.policy == Policy(
        code="trusted",
        permissions=Permissions(
            modules=("httpx", "os.path", "*"),
            net=("api.example.com:443", "[::1]:80", "127.0.0.1:8080", "*"),
            read=("/srv/shared",),
            write=("/srv/out",),
            env=("API_KEY",),
            rpc=("billing.*", "users.find"),
            subprocess=True,
        ),
        limits=Limits(8, 2, 0.5, 1024**3, 3600.0, 10240, 16 * 1024**2, 7, 0, 60.0, 0.0),
    )


def test_every_permission_and_limit_of_the_policy_has_its_key_in_the_manifest() -> None:
    assert set(TABLES["permissions"]) == set(Permissions.__struct_fields__) - {"packages"}  # asked for by being listed
    assert set(TABLES["limits"]) == set(Limits.__struct_fields__)


@pytest.mark.parametrize("key", LIMIT_KEYS.values(), ids=list(LIMIT_KEYS))
def test_what_is_written_of_a_limit_is_what_the_manifest_takes(key: LimitKey) -> None:
    for value in (key.least, key.most, *([] if key.usual else [key.default])):
        limits = read(f"[limits]\n{key.name} = {toml(key, value)}").manifest.policy.limits
        assert getattr(limits, key.name) == value


def test_an_empty_manifest_has_every_default_and_the_folders_name() -> None:
    file = read("")
    assert file == ManifestFile(file.manifest, "vaas.toml", ("**",), (), "")
    assert file.manifest.name == "folder"
    assert file.manifest.policy == Policy()


def test_the_table_in_pyproject_says_the_same_as_the_file_of_its_own() -> None:
    project = "[project]\nname = 'other'\n[tool.vaas]\n" + EVERYTHING.replace("\n[", "\n[tool.vaas.")
    assert read_manifest({"pyproject.toml": project.encode()}).manifest == read(EVERYTHING).manifest


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    text = EVERYTHING.replace("\n", "\r\n")
    assert read_manifest({"vaas.toml": b"\xef\xbb\xbf" + text.encode()}).manifest == read(EVERYTHING).manifest


def test_repetitions_in_a_list_count_once() -> None:
    assert read('[permissions]\nmodules = ["b", "a", "b"]').manifest.policy.permissions.modules == ("b", "a")


@pytest.mark.parametrize(
    ("folder", "name"),
    [("hello", "hello"), ("My_App", "my-app"), ("a.b c", "a-b-c"), ("_x_", "x"), ("Shop 2", "shop-2")],
)
def test_the_apps_name_is_the_folders_made_to_fit(tmp_path: Path, folder: str, name: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "vaas.toml").write_text("")
    assert read_manifest(tmp_path / folder).manifest.name == name


def test_the_folder_may_be_given_as_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "vaas.toml").write_text("")
    monkeypatch.chdir(tmp_path / "shop")
    assert read_manifest(Path()).manifest.name == "shop"


@pytest.mark.parametrize("folder", ["123", "___", "été", "x" * 64])
def test_a_folder_whose_name_does_not_fit_needs_a_name_in_the_manifest(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "vaas.toml").write_text("")
    if folder == "été":  # what is left of it is a name
        assert read_manifest(tmp_path / folder).manifest.name == "t"
        return
    with pytest.raises(ManifestInvalid, match='gives the app no name; add a line: name = "my-app"'):
        read_manifest(tmp_path / folder)


# --- dependencies ---


def test_dependencies_come_from_requirements_txt_first() -> None:
    files = {
        "vaas.toml": b"",
        "requirements.txt": b"httpx==1\n",
        "pyproject.toml": b'[project]\ndependencies = ["rich"]',
    }
    assert read_manifest(files, name="a").requirements == "httpx==1\n"


def test_dependencies_come_from_the_project_otherwise() -> None:
    files = {"vaas.toml": b"", "pyproject.toml": b'[project]\ndependencies = ["rich>=1", "httpx"]'}
    assert read_manifest(files, name="a").requirements == "rich>=1\nhttpx\n"


@pytest.mark.parametrize("project", ['dependencies = "rich"', "dependencies = [1]", "dependencies = {}"])
def test_dependencies_of_the_wrong_type_are_an_error(project: str) -> None:
    with pytest.raises(
        ManifestInvalid, match=r"pyproject.toml: \[project\] dependencies: expected an array of strings"
    ):
        read_manifest({"vaas.toml": b"", "pyproject.toml": f"[project]\n{project}".encode()}, name="a")


# --- which file ---


def test_both_manifests_at_once_are_an_error() -> None:
    with pytest.raises(ManifestInvalid, match=r"vaas.toml: there is a \[tool.vaas\] in pyproject.toml too; keep one"):
        read_manifest({"vaas.toml": b"", "pyproject.toml": b"[tool.vaas]"}, name="a")


def test_a_pyproject_of_other_tools_is_no_manifest() -> None:
    assert read_manifest({"vaas.toml": b"", "pyproject.toml": b"[tool.ruff]\nx = 1"}, name="a").file == "vaas.toml"


@pytest.mark.parametrize("files", [{}, {"pyproject.toml": b"[project]"}, {"app.py": b""}])
def test_a_folder_without_a_manifest_is_told_how_to_get_one(files: dict[str, bytes]) -> None:
    with pytest.raises(ManifestInvalid, match=r"vaas.toml: there is no such file.*`vaas init` makes one"):
        read_manifest(files, name="a")


def test_a_folder_that_is_not_there_has_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestInvalid, match="there is no such file"):
        read_manifest(tmp_path / "nowhere")


def test_a_manifest_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "vaas.toml").mkdir()
    with pytest.raises(ManifestInvalid, match=r"vaas.toml: .*Is a directory"):
        read_manifest(tmp_path)


def test_a_tool_table_that_is_none_is_an_error() -> None:
    with pytest.raises(ManifestInvalid, match=r"\[tool\] vaas: expected a table, not a number"):
        read_manifest({"pyproject.toml": b"[tool]\nvaas = 1"}, name="a")


def test_a_manifest_of_megabytes_is_refused() -> None:
    with pytest.raises(ManifestInvalid, match="more than 256KB"):
        read("#" * (MAX_SIZE["vaas.toml"].most + 1))


@pytest.mark.parametrize("text", ["x = 1\n{} = 1", "\n[{}]", "\nx = {{ {} = 1 }}", '\nx = "{}"'])
def test_keys_that_would_keep_the_parser_busy_for_minutes_are_refused_at_once(text: str) -> None:
    assert problems(text.format(".".join("a" * 30_000))) == [
        "vaas.toml:2: more than 500 dots in one line; write it on several lines"
    ]


def test_a_manifest_of_nothing_but_problems_tells_the_first_of_them() -> None:
    found = problems("\n".join(f"{'k' * 1000}{n} = 1" for n in range(200)))
    assert len(found) == 50
    assert max(map(len, found)) < 600


# --- what is wrong ---


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('\n\n\n\n\n[limits]\ntiemout = "5s"', 'vaas.toml:7: [limits] tiemout: unknown key; did you mean "timeout"?'),
        ('[permisions]\nnet = ["a:1"]', 'vaas.toml:1: permisions: unknown key; did you mean "permissions"?'),
        ('nmae = "x"', 'vaas.toml:1: nmae: unknown key; did you mean "name"?'),
        ('timeout = "5s"', "vaas.toml:1: timeout: unknown key; it belongs under [limits]"),
        ("[permissions]\nworkers = 2", "vaas.toml:2: [permissions] workers: unknown key; it belongs under [limits]"),
        ('[limits]\nentry = "a:b"', "it belongs at the top, before the first [table]"),
        ("[limits]\nzzz = 1", "vaas.toml:2: [limits] zzz: unknown key; there are workers, hosts, timeout"),
        ("limits = 3", "vaas.toml:1: limits: expected a table, not a number (3); write [limits]"),
        ("[[limits]]\nworkers = 1", "vaas.toml:1: limits: expected a table, not an array"),
        ("name = 3", "vaas.toml:1: name: expected a string, not a number (3); put it in quotes"),
        ('name = "Hello"', "vaas.toml:1: name: 'Hello' cannot be an app's name; use lower-case letters"),
        (f'name = "{"a" * 64}"', "63 characters at most"),
        ('name = ""', "name: '' cannot be an app's name"),
        ('name = "a\\n"', "cannot be an app's name"),
        ("version = 1.2", "version: expected a string, not a number (1.2); put it in quotes"),
        ('entry = "app.py"', "entry: 'app.py' is not an entry; write \"module:name\", for example \"app:app\""),
        ('entry = "a/b.py"', '"a.b:app"'),
        ('entry = "app:Hello(1)"', "is not an entry"),
        ('interface = "wsgy"', "expected one of auto, vaas, asgi, wsgi, not 'wsgy'"),
        ('entry = ":x"', '"app:Hello"'),
        ('code = "yes"', "code: expected one of restricted, trusted, not 'yes'; write \"restricted\", for example"),
        ("code = []", "code: expected one of restricted, trusted, not []"),
        ('include = "**"', 'include: expected an array of strings, not a string (\'**\'); write ["tests/**"]'),
        ("exclude = [1]", "exclude: expected an array of strings, not an array ([1])"),
        ('exclude = ["!x"]', "exclude: '!x' is not a pattern of files"),
        ('exclude = ["/"]', "exclude: '/' is not a pattern of files"),
        ('[permissions]\nmodules = ["a-b"]', "[permissions] modules: 'a-b' is not a module's name"),
        ('[permissions]\nmodules = [""]', "'' is not a module's name"),
        ('[permissions]\nnet = ["example.com"]', "vaas.toml:2: [permissions] net: 'example.com' is not host:port;"),
        ('[permissions]\nnet = ["http://example.com:80"]', "is not host:port"),
        ('[permissions]\nnet = ["example.com:0"]', "is not host:port"),
        ('[permissions]\nnet = ["example.com:65536"]', "is not host:port"),
        ('[permissions]\nnet = ["example.com:٨٠"]', "is not host:port"),
        ('[permissions]\nnet = [":80"]', "is not host:port"),
        ('[permissions]\nread = ["data"]', "[permissions] read: 'data' is not an absolute path; begin it with \"/\""),
        ('[permissions]\nwrite = ["/data/../etc"]', "[permissions] write: '/data/../etc' is not an absolute path"),
        ('[permissions]\nenv = ["A B"]', "[permissions] env: 'A B' is not a variable's name"),
        ('[permissions]\nenv = ["1A"]', "'1A' is not a variable's name"),
        ('[permissions]\nrpc = ["billing"]', "[permissions] rpc: 'billing' is not app.method; write"),
        ('[permissions]\nrpc = ["*"]', "'*' is not app.method"),
        ('[permissions]\nsubprocess = "yes"', "[permissions] subprocess: expected true or false, not a string ('yes')"),
        ("[limits]\nworkers = 0", "vaas.toml:2: [limits] workers: 0 is out of range; write a number from 1 to 64"),
        ("[limits]\nworkers = 65", "65 is out of range"),
        ("[limits]\nworkers = true", "[limits] workers: expected a whole number, not true or false (True)"),
        ('[limits]\nworkers = "4"', "expected a whole number, not a string ('4')"),
        ("[limits]\nworkers = 1.0", "expected a whole number, not a number (1.0); write a number from 1 to 64"),
        ("[limits]\nhosts = -1", "[limits] hosts: -1 is out of range"),
        ("[limits]\ntimeout = 30", '[limits] timeout: expected a time with its unit, not a number (30); write "30s"'),
        ('[limits]\ntimeout = "30"', "[limits] timeout: '30' is not a time; write a number and its unit: \"500ms\""),
        ('[limits]\ntimeout = "30 minutes"', "is not a time"),
        ('[limits]\ntimeout = "10MB"', "is not a time"),
        ('[limits]\ntimeout = "0s"', '[limits] timeout: 0s is out of range; write something from "1ms" to "1d"'),
        ('[limits]\ntimeout = "2d"', "2d is out of range"),
        ("[limits]\ntimeout = 07:32:00", "not a date or time (datetime.time(7, 32))"),
        ("[limits]\nmemory = 256", '[limits] memory: expected a size with its unit, not a number (256); write "10MB"'),
        ('[limits]\nmemory = "256 megs"', "[limits] memory: '256 megs' is not a size; write a number and its unit"),
        ('[limits]\nmemory = "1MB"', '1MB is out of range; write something from "16MB" to "1TB"'),
        ("[limits]\nqueue = -1", "[limits] queue: -1 is out of range; write a number from 0"),
        ('name = "a', "vaas.toml:1: not TOML: "),
        ("a = 1\na = 2", "vaas.toml:2: not TOML: cannot overwrite a value"),
        ("a = 1\n\n= 3", "vaas.toml:3: not TOML: "),
        ("a = 1\nb = [1,\n", "vaas.toml:3: not TOML: "),
        ("a = " + "[" * 3000, "not TOML: "),
        ("a = " + "9" * 5000, "not TOML: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place_and_what_to_do(text: str, problem: str) -> None:
    (found,) = problems(text)
    assert problem in found
    assert found.startswith("vaas.toml:" if "not TOML" not in found else "vaas.toml")


def test_every_problem_is_told_at_once_in_the_order_of_lines() -> None:
    found = problems('nmae = "x"\ncode = 1\n[limits]\nworkers = 0\nidle = "x"\n[permissions]\nnet = ["a"]\nnett = []\n')
    assert [problem.split(": ")[:2] for problem in found] == [
        ["vaas.toml:1", "nmae"],
        ["vaas.toml:2", "code"],
        ["vaas.toml:4", "[limits] workers"],
        ["vaas.toml:5", "[limits] idle"],
        ["vaas.toml:7", "[permissions] net"],
        ["vaas.toml:8", "[permissions] nett"],
    ]


def test_problems_in_pyproject_are_told_by_its_own_tables_and_lines() -> None:
    text = b'[project]\nname = "x"\n\n[tool.vaas]\nnmae = "y"\n\n[tool.vaas.limits]\nworkers = 0\n'
    with pytest.raises(ManifestInvalid) as caught:
        read_manifest({"pyproject.toml": text}, name="a")
    unknown, out_of_range = map(str, caught.value.problems)
    assert unknown == 'pyproject.toml:5: [tool.vaas] nmae: unknown key; did you mean "name"?'
    assert out_of_range.startswith("pyproject.toml:8: [tool.vaas.limits] workers: 0 is out of range")


def test_a_problem_is_data_for_the_api() -> None:
    with pytest.raises(ManifestInvalid) as caught:
        read("\nworkers = 3")
    expected = Problem("vaas.toml", 2, "workers", "unknown key", "it belongs under [limits]")
    assert caught.value.facts["problems"] == [expected]


def test_a_file_that_is_not_utf8_names_its_line() -> None:
    with pytest.raises(ManifestInvalid, match=r"vaas\.toml:2: it is not UTF-8; save it as UTF-8"):
        read_manifest({"vaas.toml": b'name = "a"\n# \xff\n'}, name="a")


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_a_manifest_or_a_clear_error(data: bytes) -> None:
    _read_or_refuse(data)


VALUES = st.recursive(
    st.sampled_from(["1", "-1", "1.5", "true", '""', '"x"', '"5s"', '"1MB"', "1979-05-27", "nan", '"*"', '"a:1"']),
    lambda inner: (
        st.lists(inner, max_size=2).map(lambda each: f"[{', '.join(each)}]") | inner.map("{{ x = {} }}".format)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from([*TOP, *TABLES["limits"], *TABLES["permissions"], "limits", "permissions", "x"])
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, KEYS, VALUES), st.sampled_from(["[limits]", "[permissions]", "[x]", "[[limits]]"])
)


@given(st.lists(STATEMENTS, max_size=6))
def test_any_keys_with_any_values_are_a_manifest_or_a_clear_error(statements: list[str]) -> None:
    _read_or_refuse("\n".join(statements).encode())


def _read_or_refuse(data: bytes) -> None:
    for files in ({"vaas.toml": data}, {"pyproject.toml": b"[tool.vaas]\n" + data, "requirements.txt": data}):
        try:
            file = read_manifest(files, name="folder")
        except ManifestInvalid as error:
            found = error.problems
        else:
            found = [Problem("", 0, "", "fine", str(file.manifest.policy.limits.workers))]
        assert [problem for problem in found if problem.why and problem.remedy] == found != []


def test_reading_a_manifest_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "vaas.toml").write_text("name = 'a'")
    read_manifest(tmp_path)
    assert os.listdir(tmp_path) == ["vaas.toml"]
