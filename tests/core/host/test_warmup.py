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


def test_a_filter_for_an_app_with_a_user_of_its_own_is_prepared(tmp_path):
    code = """
    from vaas.core.confine import libc, seccomp
    from vaas.core.confine.apply import granted
    from vaas.core.confine.plan import plan
    system = Capabilities(linux=True, machine=libc.MACHINE, seccomp=True, uids=2**32 - 1)
    warmup.prepare(system)
    before = seccomp.build.cache_info().misses
    seccomp.build(libc.MACHINE, granted(plan(warmup.PLAIN_SPEC, system, uid=2_000_123)))
    print(before == seccomp.build.cache_info().misses)
    """
    assert run(tmp_path, code) == ["True"]


def test_a_waiting_host_opens_nothing_but_what_its_confinement_begins_with(tmp_path):
    """What a library has opened for the whole process, confinement would close, and the library not know."""
    code = """
    warmup.warm_zygote(folder)
    def opened():
        return {int(name): os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")
                if os.path.lexists(f"/proc/self/fd/{name}")}
    before = set(opened())
    begun = warmup.warm_host(folder, probe())
    print(*set(opened()) - before - ({begun.fd} if begun is not None else set()))
    """
    assert run(tmp_path, code) == []


def test_the_sample_of_the_floor_is_opened_in_both_modes(tmp_path):
    code = """
    from vaas.framework.serving import service
    opened = []
    class Floor:
        SAMPLE, app_modules = service.SAMPLE, staticmethod(service.app_modules)
        @staticmethod
        def open_service(machine, spec):
            opened.append((spec.policy.code, service.open_service(machine, spec).info))
    warmup.warm_floor(Floor, folder)
    print(*sorted({code for code, info in opened}), all(b"/things/{name}" in bytes(info) for code, info in opened))
    """
    assert run(tmp_path, code) == ["restricted", "trusted", "True"]


def test_what_is_compiled_is_the_nodes_own_to_write(tmp_path):
    assert run(tmp_path, "warmup.warm_zygote(folder); print(oct((folder / 'cache').stat().st_mode & 0o777))") == [
        "0o700"
    ]
