"""The environment that programs and packages count on, and that a zygote started with none of it cannot hand on.

An app's own settings come before it. Used by ``child.py``.
"""

from __future__ import annotations

from vaas.core.confine.etc_files import NAME
from vaas.core.confine.plan import APP, DATA, TMP
from vaas.core.spec import HostSpec

PATH = "/usr/local/bin:/usr/bin:/bin"


def usual_environment(spec: HostSpec) -> dict[str, str]:
    """By name. Restricted code knows its folders by their names only; for trusted code they are where ``spec`` says,
    which C code finds too."""
    restricted = spec.policy.code == "restricted"
    app, data, tmp = (APP, DATA, TMP) if restricted else (spec.folder, spec.data or spec.tmp, spec.tmp)
    terminal = {"TERM": spec.terminal.name} if spec.terminal else {}
    return {
        **terminal,
        "HOME": data,
        "LANG": "C.UTF-8",
        "LOGNAME": NAME,
        "PATH": PATH,
        "TMPDIR": tmp,
        "USER": NAME,
        "VAAS_APP_DIR": app,
        "VAAS_DATA_DIR": data,
        "VAAS_TMP_DIR": tmp,
        "XDG_CACHE_HOME": f"{data}/.cache",
    }
