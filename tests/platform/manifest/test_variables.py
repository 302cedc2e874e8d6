"""Which environment variables no app is given."""

from __future__ import annotations

import pytest

from vaas.platform.manifest.reader import ManifestInvalid, read_manifest
from vaas.platform.manifest.variables import TABLE, allowed, refusal

START_CODE = ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "GLIBC_TUNABLES", "MALLOC_CHECK_"]
START_CODE += ["PYTHONPATH", "PYTHONSTARTUP", "PYTHONHOME", "PYTHONINSPECT", "PYTHONWARNINGS", "PYTHONBREAKPOINT"]
START_CODE += ["LOCPATH", "GCONV_PATH", "TZDIR", "OPENSSL_CONF", "OPENSSL_MODULES", "SSLKEYLOGFILE", "BASH_ENV", "PS4"]
START_CODE += ["GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GIT_EXEC_PATH", "PIP_CONFIG_FILE", "PERL5OPT", "NODE_OPTIONS"]
START_CODE += ["RES_OPTIONS", "HOSTALIASES", "COVERAGE_PROCESS_START", "JAVA_TOOL_OPTIONS", "ASAN_OPTIONS", "PAGER"]
USUAL = ["API_KEY", "DATABASE_URL", "ENV", "MODE", "PATH", "HOME", "TZ", "LANG", "HTTP_PROXY", "SSL_CERT_FILE", "DEBUG"]
USUAL += ["GIT_SHA", "DJANGO_SETTINGS_MODULE", "FLASK_DEBUG", "LDAP_URL", "MALLORY", "PY_MODE", "OMP_NUM_THREADS"]
USUAL += ["OPENAI_API_KEY", "PIP_INDEX_URL", "NODE_ENV", "REQUESTS_CA_BUNDLE", "NO_PROXY", "PORT", "IFSC_CODE"]


@pytest.mark.parametrize("name", START_CODE)
def test_what_changes_how_programs_start_is_refused_with_its_reason(name: str):
    assert refusal(name)
    with pytest.raises(ManifestInvalid, match=f"{name} is given to no app"):
        read_manifest({"vaas.toml": f'name = "shop"\n[permissions]\nenv = ["{name}"]'.encode()})


@pytest.mark.parametrize("name", USUAL)
def test_what_apps_are_told_by_is_not(name: str):
    assert refusal(name) is None
    assert read_manifest({"vaas.toml": f'name = "shop"\n[permissions]\nenv = ["{name}"]'.encode()})


def test_what_was_let_in_earlier_is_left_out():
    assert allowed({"MODE": "dark", "LD_PRELOAD": "/data/a.so", "PYTHONPATH": "/data"}) == {"MODE": "dark"}


def test_every_row_has_names_and_a_reason_and_no_name_stands_twice():
    names = [name for row in TABLE for name in row.names]
    assert len(names) == len(set(names))
    assert all(row.names and row.reason and name.strip("*") for row in TABLE for name in row.names)
