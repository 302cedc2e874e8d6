# ruff: noqa: E501  (app code stands in one line)
"""``warnings`` of restricted code: the app's own to filter, to catch and to show, as in Python."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

CAUGHT = "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter({action!r})\n    for n in 1, 1, 2:\n        warnings.warn(f'n {{n}}', {category})\nit = [(str(w.message), w.category.__name__) for w in seen]"
SAME = {
    **{
        f"{action} {category}": CAUGHT.format(action=action, category=category)
        for action in ("always", "ignore", "once", "default", "module", "error")
        for category in ("UserWarning", "DeprecationWarning", "None")
    },
    "what nothing is said of": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.resetwarnings()\n    for _ in 1, 2:\n        warnings.warn('x')\n        warnings.warn('x')\nit = len(seen)",
    "what Python ignores": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.warn('x', ResourceWarning)\nit = len(seen)",
    "an error by a pattern": "import warnings\nwith warnings.catch_warnings():\n    warnings.filterwarnings('error', message='OLD.*')\n    try:\n        warnings.warn('old name')\n        it = 'no'\n    except UserWarning as error:\n        it = str(error)",
    "a pattern that does not fit": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.filterwarnings('error', message='other')\n    warnings.warn('old name')\nit = len(seen)",
    "a category and those below it": "import warnings\nclass Mine(FutureWarning): ...\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('ignore')\n    warnings.simplefilter('always', FutureWarning)\n    warnings.warn('a', Mine); warnings.warn('b', UserWarning); warnings.warn(Mine('c'))\nit = [str(w.message) for w in seen]",
    "a filter at the end": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('ignore')\n    warnings.simplefilter('always', append=True)\n    warnings.warn('a')\nit = len(seen)",
    "a filter of a module": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.filterwarnings('ignore', module='nowhere')\n    warnings.warn('a')\nit = len(seen)",
    "filters of the with alone": "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.warn('x')\nit = len(seen)",
    "one with in another": "import warnings\nwith warnings.catch_warnings(record=True) as outer:\n    warnings.simplefilter('always')\n    with warnings.catch_warnings(record=True) as inner:\n        warnings.warn('in')\n    warnings.warn('out')\nit = [str(w.message) for w in outer], [str(w.message) for w in inner]",
    "a with that is entered twice": "import warnings\nw = warnings.catch_warnings()\nwith w:\n    with w:\n        pass",
    "an action of the with": "import warnings\nwith warnings.catch_warnings(record=True, action='always', category=DeprecationWarning) as seen:\n    warnings.warn('x', DeprecationWarning)\nit = len(seen)",
    "a with without a record": "import warnings\nwith warnings.catch_warnings() as seen:\n    it = seen",
    "a way to show of one's own": "import warnings\ngot = []\nwith warnings.catch_warnings():\n    warnings.simplefilter('always')\n    warnings.showwarning = lambda message, category, filename, lineno, file=None, line=None: got.append((str(message), category.__name__))\n    warnings.warn('mine')\nit = got",
    "a warning of somewhere": "import warnings\nwith warnings.catch_warnings(record=True) as seen:\n    warnings.simplefilter('always')\n    warnings.warn_explicit('x', UserWarning, 'file.py', 7)\nit = [(w.filename, w.lineno) for w in seen]",
    "what is no category": "import warnings\nwarnings.warn('x', int)",
    "captured ones": "import warnings\ngot = []\nclass Keep(logging.Handler):\n    def emit(self, record): got.append((record.name, record.levelname, 'mine' in record.getMessage()))\nlog = logging.getLogger('py.warnings')\nh = Keep(); log.addHandler(h); log.propagate = False\nwith warnings.catch_warnings():\n    warnings.simplefilter('always')\n    logging.captureWarnings(True)\n    warnings.warn('mine')\n    logging.captureWarnings(False)\nlog.removeHandler(h); log.propagate = True\nit = got",
}  # fmt: skip


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_warnings_do_as_python_s(apps: Any, tmp_path: Path, text: str) -> None:
    with warnings.catch_warnings():
        warnings.resetwarnings()
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        expected = plainly(tmp_path / "plain", text)
    assert restricted(apps, text) == expected


def test_a_warning_has_the_app_s_own_line_at_the_level_that_is_asked_for(apps: Any) -> None:
    text = """
        import warnings
        def old(level):
            warnings.warn("x", stacklevel=level)
        with warnings.catch_warnings(record=True, action="always") as seen:
            old(1)
            old(2)
        X = [(it.filename, it.lineno) for it in seen]
        """
    assert apps(text, code="restricted").resolve("app:X") == [("/app/app.py", 4), ("/app/app.py", 7)]


def test_a_format_of_one_s_own_is_what_the_log_has(apps: Any) -> None:
    text = "import warnings\nwarnings.formatwarning = lambda m, c, f, l, line=None: f'{c.__name__} in {l}\\nand {m}\\n'\nwarnings.warn('x')"
    apps(text, code="restricted").load("app")
    assert apps.lines == [("log", "warning", "UserWarning in 3"), ("log", "warning", "and x")]


def test_two_apps_have_filters_of_their_own(apps: Any) -> None:
    one = apps("import warnings\nwarnings.simplefilter('error')\ndef warn(): warnings.warn('x')", code="restricted")
    other = apps("import warnings\ndef warn(): warnings.warn('x')", code="restricted")
    with pytest.raises(UserWarning):
        one.resolve("app:warn")()
    other.resolve("app:warn")()
    assert apps.lines == [("log", "warning", "UserWarning: x")]


def test_one_that_is_shown_in_a_file_goes_there_while_others_are_captured(apps: Any) -> None:
    text = """
        import io, logging, warnings
        out = io.StringIO()
        for _ in 1, 2:
            logging.captureWarnings(True)
        warnings.showwarning("mine", UserWarning, "f.py", 3, out)
        for _ in 1, 2:
            logging.captureWarnings(False)
        SHOWN = out.getvalue()
        """
    assert apps(text, code="restricted").resolve("app:SHOWN") == "f.py:3: UserWarning: mine\n"
