"""Runs in a process of its own: confines it, or not, then tries everything and prints what came of it as JSON.

``python battery.py '{"mode": "confined", …}'``. An attempt is a function in ``FORBIDDEN`` (an app without grants must
fail at it), ``NEEDED`` (it must succeed) or ``GRANTED`` (it depends). The tests compare a confined run with an
unconfined one of the same attempts, so that an attempt which never works anywhere proves nothing. Started by
``conftest.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import getpass
import grp
import importlib
import json
import mmap
import multiprocessing
import os
import pwd
import resource
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec

from vaas.core.broker import process as broker
from vaas.core.confine import libc, mounts, process, selfcheck
from vaas.core.confine.apply import apply, begin
from vaas.core.confine.fd_handover import take
from vaas.core.confine.plan import Confinement, environment, needs_broker, plan
from vaas.core.confine.root_folder import provide
from vaas.core.confine.selfcheck import BrokerMissing, ConfinementFailed
from vaas.core.confine.system import Capabilities, probe
from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.spec import HostSpec

FORBIDDEN: dict[str, Callable[[], Any]] = {}
NEEDED: dict[str, Callable[[], Any]] = {}
GRANTED: dict[str, Callable[[], Any]] = {}
OPTIONS: dict[str, Any] = {}


def forbidden(attempt: Callable[[], Any]) -> Callable[[], Any]:
    FORBIDDEN[attempt.__name__] = attempt
    return attempt


def needed(attempt: Callable[[], Any]) -> Callable[[], Any]:
    NEEDED[attempt.__name__] = attempt
    return attempt


def granted(attempt: Callable[[], Any]) -> Callable[[], Any]:
    GRANTED[attempt.__name__] = attempt
    return attempt


def place(name: str) -> Path:
    first, _, rest = name.partition("/")
    if OPTIONS["mounted"] and first in OWN:
        return Path(OWN[first], rest)
    return Path(OPTIONS["root"], name)


OWN = {"bundle": "/app", "data": "/data", "tmp": "/tmp"}
"""What these are called in a root of its own."""


def bystander() -> int:
    return int(OPTIONS["bystander"])


def reaches_the_kernel(name: str, *arguments: int | bytes | None) -> None:
    """Success is that the call itself answers, were it with an error about its (empty) arguments."""
    try:
        libc.syscall(name, *arguments)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise


# --- files ----------------------------------------------------------------------------------------------------


@forbidden
def read_the_data_of_another_app() -> None:
    place("other/secret").read_text()


@forbidden
def read_it_through_a_link() -> None:
    link = place("tmp/link")
    link.symlink_to(place("other/secret"))
    try:
        link.read_text()
    finally:
        link.unlink()


@forbidden
def move_it_here() -> None:
    place("other/to-move").rename(place("tmp/moved"))
    place("tmp/moved").rename(place("other/to-move"))


@forbidden
def link_it_here() -> None:
    os.link(place("other/secret"), place("tmp/linked"))
    place("tmp/linked").unlink()


@forbidden
def write_the_data_of_another_app() -> None:
    place("other/scratch").write_text("x")


@forbidden
def delete_the_data_of_another_app() -> None:
    place("other/to-delete").unlink()


@forbidden
def truncate_the_data_of_another_app() -> None:
    os.truncate(place("other/to-truncate"), 0)


@forbidden
def change_the_mode_of_anothers_file() -> None:
    before = place("other/modes").stat().st_mode
    place("other/modes").chmod(0o604)
    if place("other/modes").stat().st_mode == before:
        raise PermissionError(errno.EPERM, "claimed only")


@forbidden
def change_the_times_of_anothers_file() -> None:
    before = place("other/times").stat().st_mtime
    os.utime(place("other/times"), (1, 1))
    if place("other/times").stat().st_mtime == before:
        raise PermissionError(errno.EPERM, "claimed only")


@forbidden
def change_the_mode_of_the_bundle() -> None:
    with place("bundle/app.py").open() as file:
        os.fchmod(file.fileno(), 0o604)
    if place("bundle/app.py").stat().st_mode & 0o777 != 0o604:
        raise PermissionError(errno.EPERM, "claimed only")


@forbidden
def mark_anothers_file() -> None:
    os.setxattr(place("other/modes"), "user.vaas", b"x")


@forbidden
def own_anothers_file() -> None:
    os.chown(place("other/modes"), os.getuid(), os.getgid())


@forbidden
def list_the_folder_of_all_apps() -> None:
    os.listdir(OPTIONS["root"])


@forbidden
def list_the_root() -> None:
    os.listdir("/")


@forbidden
def read_the_users() -> None:
    if "daemon" not in Path("/etc/passwd").read_text():
        raise PermissionError("there are none but the app's own")


@forbidden
def read_own_environment_from_proc() -> None:
    Path("/proc/self/environ").read_bytes()


@forbidden
def read_own_memory_map_from_proc() -> None:
    Path("/proc/self/maps").read_bytes()


@forbidden
def read_the_environment_of_the_parent() -> None:
    Path(f"/proc/{bystander()}/environ").read_bytes()


@forbidden
def write_into_the_bundle() -> None:
    place("bundle/more.py").write_text("")
    place("bundle/more.py").unlink()


@forbidden
def write_into_shared_memory() -> None:
    path = Path(f"/dev/shm/vaas-test-{os.getpid()}")
    if path.resolve().parent == Path("/tmp"):
        raise PermissionError("it is the app's own folder, on disk")
    path.write_text("")
    path.unlink()


@forbidden
def watch_a_folder_of_another() -> None:
    watch = libc.syscall("inotify_init1", 0)
    library = ctypes.CDLL(None, use_errno=True)
    if library.inotify_add_watch(watch, str(place("other")).encode(), 0x100) < 0:
        raise OSError(ctypes.get_errno(), "inotify_add_watch")


@forbidden
def use_an_inherited_descriptor() -> None:
    os.fstat(OPTIONS["inherited"])


# --- network --------------------------------------------------------------------------------------------------


def opens(family: int, kind: int, protocol: int = 0) -> None:
    socket.socket(family, kind, protocol).close()


@forbidden
def open_a_tcp_socket() -> None:
    opens(socket.AF_INET, socket.SOCK_STREAM)


@forbidden
def open_a_tcp_socket_of_ipv6() -> None:
    opens(socket.AF_INET6, socket.SOCK_STREAM)


@forbidden
def open_a_udp_socket() -> None:
    opens(socket.AF_INET, socket.SOCK_DGRAM)


@forbidden
def open_a_multipath_socket() -> None:
    opens(socket.AF_INET, socket.SOCK_STREAM, 262)


@forbidden
def open_a_netlink_socket() -> None:
    opens(socket.AF_NETLINK, socket.SOCK_RAW)


@forbidden
def open_a_raw_socket() -> None:
    opens(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@forbidden
def open_a_packet_socket() -> None:
    opens(socket.AF_PACKET, socket.SOCK_RAW)


@forbidden
def open_a_vsock() -> None:
    opens(socket.AF_VSOCK, socket.SOCK_STREAM)


@forbidden
def connect_to_a_unix_socket() -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(str(place("other/service")))


@forbidden
def connect_to_an_abstract_unix_socket() -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(OPTIONS["abstract"])


@forbidden
def send_from_a_pair_to_a_unix_socket() -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.sendto(b"hello", str(place("other/datagrams")))


@forbidden
def listen() -> None:
    with socket.socket(socket.AF_INET) as one:
        one.listen()


# --- processes ------------------------------------------------------------------------------------------------


@forbidden
def fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@forbidden
def spawn() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


@forbidden
def run_a_program() -> None:
    subprocess.run(["/bin/true"], check=True)


@forbidden
def execute() -> None:
    reaches_the_kernel("execve", b"/nowhere", None, None)


@forbidden
def execute_at() -> None:
    reaches_the_kernel("execveat", -1, b"", None, None, 0)


@forbidden
def end_another_process() -> None:
    os.kill(bystander(), signal.SIGCONT)


@forbidden
def signal_a_thread_of_another_process() -> None:
    libc.syscall("tgkill", bystander(), bystander(), signal.SIGCONT)


@forbidden
def signal_another_process_through_a_descriptor() -> None:
    signal.pidfd_send_signal(os.pidfd_open(bystander()), signal.SIGCONT)


@forbidden
def aim_the_signals_of_a_pipe_at_another() -> None:
    reading, writing = os.pipe()
    try:
        fcntl.fcntl(reading, fcntl.F_SETOWN, bystander())
    finally:
        os.close(reading)
        os.close(writing)


@forbidden
def trace_another_process() -> None:
    libc.syscall("ptrace", 0x4206, bystander(), 0, 0)
    libc.syscall("ptrace", 0x4207, bystander(), 0, 0)
    os.waitpid(bystander(), 0x40000000)
    libc.syscall("ptrace", 17, bystander(), 0, 0)


@forbidden
def read_memory_of_a_process() -> None:
    reaches_the_kernel("process_vm_readv", os.getpid(), None, 0, None, 0, 0)


@forbidden
def take_a_descriptor_of_another_process() -> None:
    os.close(libc.syscall("pidfd_getfd", os.pidfd_open(bystander()), 0, 0))


@forbidden
def lower_the_limits_of_another_process() -> None:
    resource.prlimit(bystander(), resource.RLIMIT_CORE, (0, 0))


@forbidden
def lower_the_priority_of_another_process() -> None:
    os.setpriority(os.PRIO_PROCESS, bystander(), 5)


@forbidden
def choose_its_own_cores() -> None:
    os.sched_setaffinity(0, os.sched_getaffinity(0))


@forbidden
def outlive_its_parent() -> None:
    libc.prctl(1, 0)


@forbidden
def become_traceable() -> None:
    libc.prctl(4, 1)


def only_unless(prevented: bool) -> None:
    """For what is a state rather than an act: counts as failed if confinement prevents it."""
    if prevented:
        raise PermissionError(errno.EPERM, "prevented")


@forbidden
def be_traceable() -> None:
    only_unless(libc.prctl(3) == 0)


@forbidden
def gain_rights_from_programs() -> None:
    only_unless(libc.prctl(39) == 1)


@forbidden
def leave_a_core() -> None:
    only_unless(resource.getrlimit(resource.RLIMIT_CORE) == (0, 0))


@forbidden
def share_the_session_of_the_platform() -> None:
    only_unless(os.getsid(0) == os.getpid() == os.getpgrp())


@forbidden
def make_files_for_everybody() -> None:
    place("tmp/mine").write_text("")
    only_unless(place("tmp/mine").stat().st_mode & 0o077 == 0)


@forbidden
def become_root() -> None:
    os.setresuid(-1, -1, 0 if os.getuid() else -1)
    os.setgroups([])


# --- the kernel's surface -------------------------------------------------------------------------------------


@forbidden
def have_memory_that_no_limit_counts() -> None:
    mmap.mmap(-1, 4096).close()


@forbidden
def have_a_memory_file() -> None:
    os.close(os.memfd_create("x"))


@forbidden
def have_system_v_memory() -> None:
    reaches_the_kernel("shmget", 0, 0, 0)


@forbidden
def have_a_message_queue() -> None:
    reaches_the_kernel("msgget", -1, 0)


@forbidden
def use_io_uring() -> None:
    reaches_the_kernel("io_uring_setup", 1, None)


@forbidden
def use_bpf() -> None:
    reaches_the_kernel("bpf", 0, None, 0)


@forbidden
def use_userfaultfd() -> None:
    os.close(libc.syscall("userfaultfd", 1))


@forbidden
def use_perf() -> None:
    reaches_the_kernel("perf_event_open", None, 0, -1, -1, 0)


@forbidden
def use_a_keyring() -> None:
    reaches_the_kernel("keyctl", 0, -3, 0, 0, 0)


@forbidden
def load_a_module() -> None:
    reaches_the_kernel("init_module", None, 0, None)


@forbidden
def open_by_handle() -> None:
    reaches_the_kernel("open_by_handle_at", -1, None, 0)


@forbidden
def set_the_clock() -> None:
    reaches_the_kernel("clock_settime", 0, None)


@forbidden
def add_a_filter_of_its_own() -> None:
    reaches_the_kernel("seccomp", 1, 0, None)


@forbidden
def change_its_personality() -> None:
    libc.syscall("personality", 0xFFFFFFFF)


@forbidden
def clone_into_a_namespace() -> None:
    child = libc.syscall("clone", 0x10000000 | signal.SIGCHLD, None, None, None, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


@forbidden
def start_a_process_by_clone3() -> None:
    reaches_the_kernel("clone3", None, 0)


@forbidden
def mount_a_file_system() -> None:
    reaches_the_kernel("mount", None, None, None, 0, None)


@forbidden
def change_the_root() -> None:
    os.chroot("/")


@forbidden
def unshare_namespaces() -> None:
    libc.syscall("unshare", 0)


@forbidden
def take_more_memory_than_allowed() -> None:
    bytes(OPTIONS["memory"])  # from calloc: asked for, and not filled


@forbidden
def open_more_files_than_allowed() -> None:
    opened = [os.open(os.devnull, os.O_RDONLY)]
    try:
        while opened[-1] < OPTIONS["files"]:
            opened.append(os.dup(opened[0]))
    finally:
        for each in opened:
            os.close(each)


# --- what every app needs -------------------------------------------------------------------------------------


NOT_IMPORTED = {"antigravity", "this", "idlelib", "turtle", "turtledemo", "tkinter", "_ios_support"}
"""They open a browser, print, draw, or are for another system."""


@needed
def import_the_standard_library() -> None:
    failed = []
    for name in sorted(sys.stdlib_module_names - NOT_IMPORTED):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        except Exception as error:
            failed.append(f"{name}: {error!r}")
    if failed:
        raise RuntimeError(failed)


@needed
def import_packages_and_vaas() -> None:
    for name in ("starlette.applications", "msgspec.json", "httptools", "websockets", "vaas.core.policy"):
        importlib.import_module(name)


@needed
def start_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(int, range(100))) == 4950
    one = threading.Thread(target=time.sleep, args=(0,))
    one.start()
    one.join()


async def _echo_on_the_kept_socket() -> None:
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=os.dup(OPTIONS["kept"])))
    writer.write(b"ping\n")
    assert await reader.readline() == b"ping\n"
    assert await asyncio.to_thread(lambda: 7) == 7
    await asyncio.wait_for(asyncio.sleep(0), 1)
    writer.close()


@needed
def run_asyncio() -> None:
    asyncio.run(_echo_on_the_kept_socket())


@needed
def run_asyncio_on_poll_and_in_a_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, _echo_on_the_kept_socket()).result()


@needed
def run_uvloop() -> None:
    import uvloop

    uvloop.run(_echo_on_the_kept_socket())


@needed
def run_uvloop_in_a_thread() -> None:
    import uvloop

    with ThreadPoolExecutor(1) as pool:
        pool.submit(uvloop.run, _echo_on_the_kept_socket()).result()


@needed
def handle_a_signal_of_its_own() -> None:
    seen: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, _: seen.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    assert len(seen) == 3


@needed
def keep_a_database() -> None:
    database = sqlite3.connect(place("data/notes.db"))
    with database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE IF NOT EXISTS notes (text)")
        database.execute("INSERT INTO notes VALUES ('hello')")
    assert database.execute("SELECT text FROM notes").fetchone() == ("hello",)
    database.close()


@needed
def use_temporary_files() -> None:
    with tempfile.TemporaryDirectory(dir=place("tmp")) as folder, tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"x" * 100_000)
        file.flush()
        assert os.path.getsize(file.name) == 100_000
    with tempfile.TemporaryFile(dir=place("tmp")) as unnamed:
        unnamed.write(b"x")


@needed
def copy_move_and_delete_its_own_files() -> None:
    first, second, third = place("data/a"), place("data/b"), place("tmp/c")
    first.write_text("text")
    shutil.copy(first, second)
    shutil.copy2(first, second)
    move: Any = shutil.move if OPTIONS["mounted"] else os.rename  # there they are two file systems
    move(second, third)
    assert third.read_text() == "text"
    os.truncate(third, 1)
    third.unlink()
    place("data/folder").mkdir(exist_ok=True)
    place("data/folder/link").symlink_to("elsewhere")
    shutil.rmtree(place("data/folder"))


@needed
def read_the_bundle() -> None:
    assert place("bundle/app.py").read_text() == "# the app\n"
    assert os.listdir(place("bundle")) == ["app.py"]


@needed
def open_devices() -> None:
    Path(os.devnull).write_text("x")
    assert os.open("/dev/urandom", os.O_RDONLY) > 2
    assert len(os.urandom(4)) == 4


@needed
def tell_the_time_elsewhere() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    assert datetime.now(ZoneInfo("Asia/Shanghai")).utcoffset()
    time.localtime()


@needed
def make_a_tls_context() -> None:
    import ssl

    ssl.create_default_context()


@needed
def ask_about_the_machine() -> None:
    import mimetypes
    import platform
    import uuid

    assert os.cpu_count()
    assert mimetypes.guess_type("a.png") == ("image/png", None)
    assert platform.system() == "Linux"
    assert platform.platform()
    assert uuid.uuid4() != uuid.uuid1()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert resource.getrlimit(resource.RLIMIT_CORE) is not None
    assert os.path.expanduser("~")


@needed
def use_pipes_pairs_and_maps() -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"x")
        assert other.recv(1) == b"x"
        other.sendmsg([b"y"])
        assert one.recvmsg(1)[0] == b"y"
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()
    with place("data/mapped").open("w+b") as file:
        file.write(b"x" * 4096)
        file.flush()
        mmap.mmap(file.fileno(), 4096).close()
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)


# --- what a grant allows --------------------------------------------------------------------------------------


@granted
def connect_to_the_granted_port() -> None:
    socket.create_connection(("127.0.0.1", OPTIONS["ports"][0]), timeout=5).close()


@granted
def connect_to_another_port() -> None:
    socket.create_connection(("127.0.0.1", OPTIONS["ports"][1]), timeout=5).close()


@granted
def connect_by_fast_open() -> None:
    with socket.socket() as one:
        one.sendto(b"x", 0x20000000, ("127.0.0.1", OPTIONS["ports"][1]))


@granted
def bind_a_port() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))


@granted
def resolve_localhost() -> None:
    assert socket.getaddrinfo("localhost", 80)


@granted
def run_asyncio_over_tcp() -> None:
    async def connect() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", OPTIONS["ports"][0])
        writer.close()

    asyncio.run(connect())


@granted
def run_uvloop_over_tcp() -> None:
    import uvloop

    async def connect() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", OPTIONS["ports"][0])
        writer.close()

    uvloop.run(connect())


@granted
def end_its_own_child() -> None:
    child = subprocess.Popen(["/bin/sleep", "60"])
    child.kill()
    assert child.wait() == -signal.SIGKILL


@granted
def start_a_python() -> None:
    subprocess.run([sys.executable, "-S", "-c", "import json"], check=True)


@granted
def start_a_program_with_more_rights() -> None:
    """Being nicer to itself takes a capability, which this process has not once it is confined."""
    command = ["/usr/bin/nice", "-n", "-5", "/usr/bin/nice"]
    niceness = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    if int(niceness) >= os.nice(0):
        raise PermissionError(errno.EPERM, "nice")


@granted
def let_a_program_read_the_data_of_another_app() -> None:
    ended = subprocess.run(["/bin/cat", place("other/secret")], capture_output=True)
    if ended.returncode:
        raise PermissionError(errno.EPERM, ended.stderr)


@granted
def read_what_was_granted() -> None:
    assert place("other/secret").read_text() == "secret"


@granted
def see_the_data_of_another_app() -> None:
    place("other/secret").stat()


@granted
def see_the_passwords() -> None:
    os.stat("/etc/shadow")


@granted
def see_another_process() -> None:
    os.stat(f"/proc/{bystander()}")


@granted
def see_the_folders_of_the_system() -> None:
    assert any(os.path.exists(folder) for folder in ("/sys", "/home", "/boot", "/opt", "/srv"))


@granted
def mount_once_more() -> None:
    libc.syscall("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, None)


@granted
def unmount_something() -> None:
    libc.syscall("umount2", b"/tmp", 2)


@granted
def make_the_bundle_writable() -> None:
    mounts.change("/app", clear=mounts.READ_ONLY)


@granted
def leave_the_root() -> None:
    os.chroot("/tmp")


@granted
def have_a_capability() -> None:
    only_unless(process.capabilities() == 0)


@granted
def find_a_mount_with_devices_or_setuid() -> None:
    """Device files are mounted one by one, and with nothing beside them."""
    folders = ("/", "/app", "/data", "/tmp", "/usr/lib", "/usr/bin", "/dev", "/etc", os.path.dirname(os.__file__))
    asked = os.ST_NOSUID | 4  # ST_NODEV, which Python has no name for
    assert [it for it in folders if os.statvfs(it).f_flag & asked != asked]


@granted
def write_where_nothing_is_its_own() -> None:
    for folder in ("/", "/etc", "/usr/lib", "/dev", "/run", os.path.dirname(os.__file__)):
        with contextlib.suppress(OSError):
            Path(folder, "written").write_text("")
            return
    raise PermissionError("nowhere")


@granted
def open_the_null_device() -> None:
    Path("/dev/null").write_bytes(b"x")


@granted
def have_a_terminal() -> None:
    ours, its = os.openpty()
    os.write(its, b"hello")
    assert os.read(ours, 10) == b"hello"
    assert os.ttyname(its).startswith("/dev/pts/")
    os.set_blocking(its, True)
    shown = subprocess.run(["/usr/bin/tty"], stdin=its, capture_output=True, text=True, check=True).stdout
    assert shown == f"{os.ttyname(its)}\n"


@granted
def type_into_a_terminal_for_another() -> None:
    fcntl.ioctl(os.openpty()[1], 0x5412, b"x")


@granted
def share_work_with_processes() -> None:
    with multiprocessing.Lock(), multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


@granted
def see_its_own_processes_alone() -> None:
    program = ["/bin/sh", "-c", "echo ready; read end"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seen = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        assert seen == {os.getpid(), child.pid}, seen
        assert b"ready" in Path(f"/proc/{child.pid}/cmdline").read_bytes()
        assert "MemTotal" in Path("/proc/meminfo").read_text()
        child.kill()


@granted
def see_connections_of_others() -> None:
    for name in ("tcp", "tcp6", "udp", "unix"):
        if len(Path(f"/proc/net/{name}").read_text().splitlines()) > 1:
            return
    raise PermissionError("there are none")


@granted
def change_itself_through_proc() -> None:
    for name in ("self/mem", "self/oom_score_adj", "self/comm", "sys/kernel/hostname", "sysrq-trigger"):
        with contextlib.suppress(OSError):
            os.close(os.open(f"/proc/{name}", os.O_WRONLY))
            return
    raise PermissionError("nothing can be written")


@granted
def look_at_another_process() -> None:
    Path(f"/proc/{bystander()}/cmdline").read_bytes()


@granted
def know_who_one_is() -> None:
    assert pwd.getpwuid(os.getuid()).pw_name == "app"
    assert grp.getgrgid(os.getgid()).gr_name == "app"
    assert getpass.getuser() == "app"


@granted
def know_the_local_host() -> None:
    assert socket.gethostbyname("localhost") == socket.gethostbyname("127.0.0.1") == "127.0.0.1"


@granted
def tell_the_names_that_it_is_told() -> None:
    place("data/one").write_text("")
    os.symlink("/data/one", "/data/link")
    assert {"/data/one", "/data/link"} <= {it.path for it in os.scandir("/data")}
    assert os.path.realpath("/data/link") == "/data/one"
    assert Path("/data/link").read_text() == ""
    assert ctypes.CDLL(None).access(b"/data/one", os.R_OK) == 0
    try:
        Path("/data/none").read_text()
    except FileNotFoundError as error:
        assert error.filename == "/data/none"  # noqa: PT017


@granted
def belong_to_a_group_of_root() -> None:
    only_unless(0 not in (os.getgid(), os.getegid(), *os.getgroups()))


@granted
def start_ten_threads() -> None:
    done = threading.Event()
    threads = [threading.Thread(target=done.wait) for _ in range(10)]
    started = []
    try:
        for each in threads:
            each.start()
            started.append(each)
    finally:
        done.set()
        for each in started:
            each.join()


# --- the network, through the broker ---


def port(which: int = 0) -> int:
    return int(OPTIONS["ports"][which])


@granted
def connect_to_it_by_name() -> None:
    socket.create_connection(("localhost", port()), timeout=5).close()


@granted
def connect_without_a_timeout() -> None:
    with socket.socket() as one:
        one.connect(("127.0.0.1", port()))
        assert one.getblocking()
        assert one.getpeername() == ("127.0.0.1", port())


@granted
def connect_over_ipv6_clothes() -> None:
    with socket.socket(socket.AF_INET6) as one:
        one.connect(("::ffff:127.0.0.1", port()))


@granted
def connect_to_another_loopback_address() -> None:
    socket.create_connection(("127.0.0.2", port(2)), timeout=5).close()


@granted
def connect_to_everywhere() -> None:
    socket.create_connection(("0.0.0.0", port()), timeout=5).close()


@granted
def connect_from_c() -> None:
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port(1), bytes((127, 0, 0, 1)))
    library = ctypes.CDLL(None, use_errno=True)
    made = library.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    if library.connect(made, address, len(address)) < 0:
        raise OSError(ctypes.get_errno(), "connect")


@granted
def reach_a_granted_name() -> None:
    """It is nobody's address, so it cannot answer; a refusal looks otherwise."""
    with socket.socket() as one:
        one.setblocking(False)
        address = socket.getaddrinfo("elsewhere.example", 443, socket.AF_INET, socket.SOCK_STREAM)[0][4]
        if one.connect_ex(address) in (errno.EACCES, errno.EPERM):
            raise PermissionError(errno.EACCES, "connect")


@granted
def reach_it_without_looking_it_up() -> None:
    with socket.socket() as one:
        one.setblocking(False)
        if one.connect_ex(("192.0.2.7", 443)) in (errno.EACCES, errno.EPERM):
            raise PermissionError(errno.EACCES, "connect")


@granted
def reach_its_other_port() -> None:
    with socket.socket() as one:
        one.setblocking(False)
        if one.connect_ex(("192.0.2.7", 444)) in (errno.EACCES, errno.EPERM):
            raise PermissionError(errno.EACCES, "connect")


@granted
def reach_its_neighbour() -> None:
    with socket.socket() as one:
        one.setblocking(False)
        if one.connect_ex(("192.0.2.8", 443)) in (errno.EACCES, errno.EPERM):
            raise PermissionError(errno.EACCES, "connect")


@granted
def be_led_home_by_a_name() -> None:
    addresses = socket.getaddrinfo("rebound.example", port(), socket.AF_INET, socket.SOCK_STREAM)
    socket.create_connection(addresses[0][4], timeout=5).close()


@granted
def connect_a_copy() -> None:
    with socket.socket() as one, one.dup() as other:
        other.connect(("127.0.0.1", port()))


@granted
def route_packets_elsewhere() -> None:
    with socket.socket() as one:
        one.setsockopt(socket.IPPROTO_IP, 4, bytes((131, 7, 4, 127, 0, 0, 1, 0)))


def connect_in_a_program(which: int) -> None:
    code = f"import socket; socket.create_connection(('127.0.0.1', {port(which)}), 5).close()"
    ended = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
    if ended.returncode:
        raise PermissionError(errno.EACCES, ended.stderr[-300:])


@granted
def start_a_program_that_connects() -> None:
    connect_in_a_program(0)


@granted
def start_a_program_that_connects_to_another_port() -> None:
    connect_in_a_program(1)


# --- the run --------------------------------------------------------------------------------------------------


def outcome(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, repr(error))
    except BaseException as error:
        return repr(error)
    return "succeeded"


def confinement() -> Confinement:
    asked = {key: tuple(value) if isinstance(value, list) else value for key, value in OPTIONS["permissions"].items()}
    code = "trusted" if OPTIONS["mounted"] else "restricted"
    policy = Policy(code=code, permissions=Permissions(**asked), limits=Limits(memory=OPTIONS["memory"]))
    folders = [str(Path(OPTIONS["root"], name)) for name in OWN]
    spec = HostSpec("one", "v1", *folders, policy=policy)
    os.environ.update(environment(policy.permissions))
    system = probe(tuple(folders))
    if OPTIONS["mounted"]:
        system = provide(str(Path(OPTIONS["root"], "root")), system)
        assert system.root_folder, "nothing can be mounted here"
    system = msgspec.structs.replace(system, **OPTIONS["system"])
    end = start_broker(policy.permissions, system) if needs_broker(policy.permissions, system) else None
    made = plan(spec, system, keep=(0, 1, 2, OPTIONS["kept"]), uid=OPTIONS["uid"], broker=end)
    return msgspec.structs.replace(made, **OPTIONS["confinement"])


def start_broker(permissions: Permissions, system: Capabilities) -> int:
    """As the zygote does it, but with names that only the tests know."""
    ours, its = socket.socketpair()
    if os.fork() == 0:
        if OPTIONS["mode"] == "abandoned":
            take(its.fileno())
            os._exit(1)
        broker.run(its.fileno(), 2, 2, os.getppid(), permissions, system, OPTIONS["uid"] or 0, resolve)
        os._exit(0)
    its.close()
    return ours.detach()


async def resolve(name: str) -> list[str]:
    return list(OPTIONS["names"].get(name, ()))


def prepare(mode: str) -> None:
    """What happens before the attempts: confinement, or the self-check on its own, or confinement too late."""
    if mode == "checked":
        selfcheck.run(confinement())
    if mode == "threaded":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    if mode == "begun":
        apply(confinement(), begin(probe()))
    if mode in ("confined", "threaded", "abandoned"):
        apply(confinement())


def main() -> None:
    OPTIONS.update(json.loads(sys.argv[1]))
    try:
        prepare(OPTIONS["mode"])
    except (ConfinementFailed, BrokerMissing) as failed:
        print(json.dumps({"refused": f"{type(failed).__name__}: {failed}"}))
        return
    chosen = OPTIONS["attempts"] or [*NEEDED, *FORBIDDEN]
    groups = {"needed": NEEDED, "forbidden": FORBIDDEN, "granted": GRANTED}
    outcomes = {
        group: {name: outcome(attempts[name]) for name in chosen if name in attempts}
        for group, attempts in groups.items()
    }
    print(json.dumps({"refused": "", **outcomes}))


if __name__ == "__main__":
    main()
