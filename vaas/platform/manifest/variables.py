"""Environment variables that no app is given, one table with the reasons: they change how a program starts.

A host is forked from the zygote, so its own loader and interpreter have started before they could be read. But they
would be inherited by what it starts (``permissions.subprocess``), and C code reads some of them at any time: to load
code, to write files, or to look for names elsewhere. Whoever may change settings may not run code by them. Refused by
the manifest (``values.py``), by settings and grants (``control/settings_edit.py``), and left out of what a host is
given, whoever wrote it down (``reconciler/specs.py``). docs/operating.md shows the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Refused(NamedTuple):
    names: tuple[str, ...]
    """In capitals; one that ends with ``*`` is every name that begins so."""
    reason: str


TABLE = (
    Refused(("LD_*", "DYLD_*"), "the loader takes libraries, and where it searches for them, from these"),
    Refused(("GLIBC_TUNABLES", "MALLOC_*", "MALLOC"), "they change how memory is allocated, and write files"),
    Refused(
        ("GCONV_PATH", "GETCONF_DIR", "LOCPATH", "NLSPATH", "I18NPATH", "TZDIR", "CHARSETALIASDIR", "TERMINFO*"),
        "the C library loads code, locales and time zones from these folders at any time",
    ),
    Refused(
        ("HOSTALIASES", "LOCALDOMAIN", "RES_OPTIONS", "RESOLV_*", "NIS_PATH", "NSS_*"),
        "they lead host names elsewhere than `net` was granted for",
    ),
    Refused(
        ("PYTHON*", "__PYVENV_LAUNCHER__", "COVERAGE_PROCESS_*"),
        "an interpreter takes its library, its search path and code to run at its start from these; the platform sets "
        "`PYTHONPATH` where an app may start programs",
    ),
    Refused(
        ("OPENSSL_*", "SSLKEYLOGFILE", "SOFTHSM2_CONF", "P11_*"),
        "OpenSSL loads modules by its configuration, and writes down the keys of connections",
    ),
    Refused(
        ("BASH_ENV", "BASH_FUNC_*", "BASHOPTS", "SHELLOPTS", "PS4", "PROMPT_COMMAND", "IFS"),
        "a shell runs what these say before its command",
    ),
    Refused(
        (
            *("GIT_CONFIG*", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT", "GIT_ASKPASS"),
            *("SSH_ASKPASS", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "GIT_TEMPLATE_DIR", "GIT_PAGER", "GIT_EDITOR"),
            *("GIT_SEQUENCE_EDITOR", "GIT_TRACE*"),
        ),
        "git runs what these say; its configuration belongs into the repository",
    ),
    Refused(
        ("SHELL", "PAGER", "MANPAGER", "EDITOR", "VISUAL", "BROWSER", "LESSOPEN", "LESSCLOSE"),
        "programs run what these say",
    ),
    Refused(
        ("PIP_CONFIG_FILE", "PIP_PYTHON", "PIP_TARGET", "PIP_PREFIX", "UV_CONFIG_FILE", "UV_PYTHON"),
        "an installer takes its sources, or another interpreter, from these",
    ),
    Refused(
        (
            *("PERL5OPT", "PERL5LIB", "PERL5DB", "PERLLIB", "RUBYOPT", "RUBYLIB", "NODE_OPTIONS", "NODE_PATH"),
            *("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH", "LUA_INIT*", "PHPRC"),
            "PHP_INI_SCAN_DIR",
        ),
        "interpreters of other languages run what these say at their start",
    ),
    Refused(
        (
            "GIO_EXTRA_MODULES",
            "GIO_MODULE_DIR",
            "GTK_MODULES",
            "QT_PLUGIN_PATH",
            "MAGICK_*",
            "KRB5_*",
            "SASL_PATH",
            "OCL_ICD_*",
            "GST_PLUGIN_*",
            "GDAL_DRIVER_PATH",
            "LIBGL_DRIVERS_PATH",
            "CURL_HOME",
            "WGETRC",
        ),
        "libraries load modules, or write files, by these",
    ),
    Refused(
        ("ASAN_*", "LSAN_*", "MSAN_*", "TSAN_*", "UBSAN_*", "GCOV_*", "LLVM_PROFILE_FILE"),
        "instrumented code reads and writes files by these",
    ),
)


def _by_name() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The reasons by whole name, and by beginning."""
    pairs = [(name, row.reason) for row in TABLE for name in row.names]
    whole = {name: reason for name, reason in pairs if not name.endswith("*")}
    return whole, {name[:-1]: reason for name, reason in pairs if name.endswith("*")}


_WHOLE, _BEGINNING = _by_name()
_PREFIXES = tuple(_BEGINNING)


def refusal(name: str) -> str | None:
    """Why no app is given that variable; None: it may have it."""
    if name in _WHOLE:
        return _WHOLE[name]
    if name.startswith(_PREFIXES):
        return next(reason for prefix, reason in _BEGINNING.items() if name.startswith(prefix))
    return None


def allowed(env: Mapping[str, str]) -> dict[str, str]:
    """Those of these variables that an app may have."""
    return {name: value for name, value in env.items() if refusal(name) is None}
