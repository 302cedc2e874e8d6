# ruff: noqa: E501  (app code stands in one line)
"""Names that typed, logging and compressing code uses are there in restricted code, and do as Python's."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

SAME = {
    "types tell instances": "import types\nit = [isinstance(lambda: 1, types.FunctionType), isinstance(len, types.FunctionType), isinstance(os, types.ModuleType), isinstance(1, types.ModuleType), type(lambda: 1) is types.LambdaType]",
    "types annotate": "import types, typing\ndef leave(self, kind: type[BaseException] | None, tb: types.TracebackType | None): ...\nit = sorted(leave.__annotations__), types.FrameType.__name__",
    "types make optional ones": "import types, typing\nit = str(typing.Optional[types.CodeType]), str(types.ModuleType | int)",
    "a template": "import string\nit = string.Template('$who ${x} $$').substitute(who=1, x=2), string.Template('$a $b').safe_substitute(a=1)",
    "a template that lacks a value": "import string\nit = string.Template('$a').substitute()",
    "a template of one's own": "import string\nclass T(string.Template):\n    delimiter = '%'\nit = T('%a $a').substitute(a=1)",
    "variables in a path": "os.environ['VAAS_T'] = 'x'\nit = os.path.expandvars('$VAAS_T/${VAAS_T}/$NO_SUCH/$'), os.path.splitdrive('/a/b')",
    "errors by number": "it = os.strerror(2), os.SEEK_END, os.path.altsep, os.path.pathsep",
    "modes of files": "os.chmod(f'{TOP}/a.txt', 0o600)\nit = oct(os.stat(f'{TOP}/a.txt').st_mode)",
    "modes of folders": "os.chmod(f'{TOP}/sub', 0o500)\nit = oct(os.stat(f'{TOP}/sub').st_mode)\nos.chmod(f'{TOP}/sub', 0o700)",
    "modes of nothing": "os.chmod(f'{TOP}/none', 0o600)",
    "buffers": "import io\nit = io.BufferedReader(io.BytesIO(b'abc')).read(), io.DEFAULT_BUFFER_SIZE, io.BufferedWriter(io.BytesIO()).write(b'ab')",
    "a copied context": "import contextvars\nv = contextvars.ContextVar('v', default=1)\nc = contextvars.copy_context()\nit = c.run(lambda: (v.set(5), v.get())[1]), c[v], v.get(), v in c, c.get(v), c.copy()[v]",
    "a context runs with arguments": "import contextvars\nit = contextvars.copy_context().run(lambda *a, **k: (a, k), 1, b=2)",
    "a context of what it lacks": "import contextvars\ncontextvars.copy_context()[contextvars.ContextVar('none')]",
    "a context of no variable": "import contextvars\ncontextvars.copy_context()['x']",
    "the thread that runs": "import threading\nseen = []\nt = threading.Thread(target=lambda: seen.append(threading.current_thread()))\nt.start(); t.join()\nit = seen[0] is t, threading.current_thread() is threading.current_thread(), threading.current_thread() is threading.main_thread(), isinstance(threading.main_thread(), threading.Thread), threading.current_thread().is_alive()",
    "a thread that runs already": "import threading\nthreading.current_thread().start()",
    "gzip over a buffer": "import gzip, io\nb = io.BytesIO()\nwith gzip.GzipFile(fileobj=b, mode='wb', mtime=0) as f:\n    f.write(b'hello')\nit = b.getvalue()[:4], gzip.GzipFile(fileobj=io.BytesIO(b.getvalue())).read(), b.closed",
    "what is no gzip": "import gzip, io\ngzip.GzipFile(fileobj=io.BytesIO(b'no')).read()",
    "a mode that is none": "import gzip, io\ngzip.GzipFile(fileobj=io.BytesIO(b''), mode='q')",
    "a file that is closed": "import gzip, io\nf = gzip.GzipFile(fileobj=io.BytesIO(), mode='wb')\nf.close()\nit = f.closed\nf.write(b'x')",
    **{
        f"{name} in text and bytes": f"import {name}, io\nwith {name}.open(f'{{TOP}}/z', 'wt', encoding='utf-8') as f:\n    f.write('one\\ntwo\\n')\nwith {name}.open(f'{{TOP}}/z', 'rt') as f:\n    lines = list(f)\nwith {name}.open(f'{{TOP}}/z') as f:\n    it = lines, f.read(2), f.tell(), f.seek(0), f.readline(), f.readlines(), f.readable(), f.writable(), {name}.open(io.BytesIO(Path(f'{{TOP}}/z').read_bytes())).read()\nos.unlink(f'{{TOP}}/z')"
        for name in ("gzip", "bz2", "lzma")
    },
    **{
        f"{name} of what is not there": f"import {name}\n{name}.open(f'{{TOP}}/none')" for name in ("gzip", "bz2", "lzma")
    },
    "trees in files": "import xml.etree.ElementTree as et\nt = et.ElementTree(et.fromstring('<a><b x=\"1\">t</b></a>'))\nt.write(f'{TOP}/a.txt', encoding='utf-8', xml_declaration=True)\nback = et.parse(f'{TOP}/a.txt')\nit = Path(f'{TOP}/a.txt').read_text(), back.getroot().tag, t.findtext('b'), [e.tag for e in t.iter()], t.find('b').attrib, len(t.findall('b')), [e.text for e in t.iterfind('b')]",
    "trees in streams": "import io, xml.etree.ElementTree as et\nout = io.StringIO()\net.ElementTree(et.Element('a')).write(out, encoding='unicode')\nit = out.getvalue(), et.parse(io.StringIO('<x/>')).getroot().tag",
    "what is no tree": "import io, xml.etree.ElementTree as et\net.parse(io.StringIO('<x>'))",
    "what is wrapped": "import inspect\ndef w(f):\n    @functools.wraps(f)\n    def g(*a): return f(*a)\n    return g\n@w\n@w\ndef f(a, b=2, *c, d, e: int = 5, **k): ...\nit = inspect.unwrap(f).__wrapped__ if hasattr(inspect.unwrap(f), '__wrapped__') else 'none', list(inspect.getfullargspec(inspect.unwrap(f)))[:6], inspect.getfullargspec(f).varargs, inspect.unwrap(f, stop=lambda it: True) is f",
    "what wraps itself": "import inspect\ndef f(): ...\nf.__wrapped__ = f\ninspect.unwrap(f)",
    "questions about objects": "import inspect\ndef g(): yield\nit = inspect.isframe(1), inspect.iscode(1), inspect.istraceback(None), inspect.getgeneratorstate(g())",
    "printed errors": "import io\nout = io.StringIO()\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n    traceback.print_exc(file=out)\n    traceback.print_exception(error, file=out)\nit = out.getvalue().count('ZeroDivisionError: division by zero'), traceback.format_tb(None), traceback.extract_tb(None), traceback.format_list([])",
    "the size of a terminal": "os.environ.update(COLUMNS='7', LINES='8')\nit = tuple(shutil.get_terminal_size((3, 4))), type(shutil.get_terminal_size()).__name__\ndel os.environ['COLUMNS'], os.environ['LINES']",
    "a log in a file": "log = logging.getLogger('vaas_t')\nlog.propagate = False\nh = logging.FileHandler(f'{TOP}/a.txt', mode='w')\nlog.addHandler(h)\nlog.warning('it is %s', 'so')\nit = Path(f'{TOP}/a.txt').read_text()\nh.close(); log.removeHandler(h)",
    "what logging has": "it = logging.getLevelNamesMapping()['INFO'], logging.makeLogRecord({'msg': 'x'}).getMessage(), logging.root is logging.getLogger(), logging.BASIC_FORMAT",
    "marks of byte orders": "import codecs\nit = codecs.BOM, codecs.BOM_UTF32_BE, codecs.BOM_UTF16",
    "encodings": "import locale\nit = locale.getpreferredencoding().lower(), locale.LC_TIME, locale.strcoll('a', 'a')",
    "facts of Python": "import sys\nit = 'json' in sys.stdlib_module_names, sys.api_version, sys.float_repr_style, sys.is_finalizing()",
    "what is not checked for types": "import typing\n@typing.no_type_check\ndef f(a: int): ...\nit = f(1)",
}  # fmt: skip


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_a_name_does_as_python_s(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, text) == plainly(tmp_path / "plain", text)


def test_the_kind_of_system_is_told_and_not_this_host(apps: Any) -> None:
    text = "import platform, sys, os\nX = [platform.system(), platform.machine(), platform.platform(), sys.prefix == sys.base_prefix, os.getpid() > 0]"
    machine = apps(text, code="restricted")
    system, kind, whole, *rest = machine.resolve("app:X")
    assert (system, kind, whole) == (platform.system(), platform.machine(), f"{platform.system()}-{platform.machine()}")
    assert rest == [True, True]
    assert platform.node() not in whole
    assert os.uname().release not in whole


def test_a_thread_that_is_not_the_app_s_is_only_looked_at(apps: Any) -> None:
    text = """
        import threading
        it = threading.current_thread()
        def tried():
            for change in (lambda: setattr(it, "name", "x"), lambda: setattr(it, "daemon", True), it.join, it.run,
                           lambda: setattr(it, "own", 1), lambda: type(it)(), lambda: threading.Thread.run(it)):
                try:
                    change()
                except (AttributeError, RuntimeError, TypeError) as error:
                    yield type(error).__name__
        X = list(tried())
        """
    assert len(apps(text, code="restricted").resolve("app:X")) == 7


def test_modes_beyond_the_file_s_own_bits_are_left_out(apps: Any) -> None:
    text = "import os\nopen('/data/x', 'w').close()\nos.chmod('/data/x', 0o6755)\nX = oct(os.stat('/data/x').st_mode & 0o7777)"
    assert apps(text, code="restricted").resolve("app:X") == "0o755"
