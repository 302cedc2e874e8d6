"""What is done once so that no host has to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent


def run(folder: Path, code: str) -> list[str]:
    """What it prints, in a process of its own: warm-up is for the process that it is done in."""
    header = f"""
import os, sys
from pathlib import Path
from vaas.core.confine.system import Capabilities, probe
from vaas.core.host import warmup
from vaas.core.host.preload import POPULAR
folder = Path({str(folder)!r})
"""
    done = subprocess.run(
        [sys.executable, "-c", header + dedent(code)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_warm_zygote_has_imported_what_apps_use(tmp_path):
    assert run(tmp_path, "warmup.warm_zygote(folder); print(*set(POPULAR) - set(sys.modules))") == []


def test_a_waiting_host_compiles_nothing(tmp_path):
    code = """
    warmup.warm_zygote(folder)
    from vaas.core.restrict import compiler
    compiled = []
    sys.addaudithook(lambda event, arguments: event == "compile" and compiled.append(arguments))
    warmup.warm_host(folder, Capabilities())
    print(len([one for one in compiled if one[0] is not None]))
    """
    assert run(tmp_path, code) == ["0"]


def test_warming_up_leaves_a_single_thread(tmp_path):
    """A process with several cannot be forked, or confined."""
    code = """
    warmup.warm_zygote(folder)
    warmup.warm_host(folder, Capabilities())
    print(len(os.listdir("/proc/self/task")))
    """
    assert run(tmp_path, code) == ["1"]


def test_confinement_is_begun_where_the_kernel_has_landlock(tmp_path):
    code = """
    warmup.warm_zygote(folder)
    system = probe()
    begun = warmup.warm_host(folder, system)
    print((begun is not None) == (system.landlock > 0))
    """
    assert run(tmp_path, code) == ["True"]


def test_what_the_zygote_prepares_is_what_hosts_ask_for(tmp_path):
    """A filter for a plain app, and one for an app with a network, are there already; so are the decoders."""
    code = """
    from vaas.core.confine import libc, seccomp
    from vaas.core.wire.codec import decoder
    system = Capabilities(linux=True, machine=libc.MACHINE, seccomp=True, notify=True)
    warmup.prepare(system)
    before = seccomp.build.cache_info().misses, decoder.cache_info().misses
    warmup.prepare(system)
    print(*before, (seccomp.build.cache_info().misses, decoder.cache_info().misses) == before)
    """
    assert run(tmp_path, code) == ["2", "3", "True"]


def test_what_is_compiled_is_the_nodes_own_to_write(tmp_path):
    assert run(tmp_path, "warmup.warm_zygote(folder); print(oct((folder / 'cache').stat().st_mode & 0o777))") == [
        "0o700"
    ]
