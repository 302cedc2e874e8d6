"""`make test`: the tests that can share the machine, side by side; then those that need it alone; then what they left.

`python scripts/test.py WORDS` gives the words to pytest. Each part ends with pytest's own line. This process adopts
what loses its parent on the way, so that at the end every process that a test has left behind is a child of it.
"""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

PARTS = (
    ("not alone", "-n", "auto", "--maxprocesses", "8", "--dist", "loadfile"),
    ("alone", "-n", "0"),
)
"""By what marker a part is chosen, and how it runs. By file: fixtures of a module are made once."""
INTERRUPTED, NOTHING_CHOSEN = 2, 5
"""pytest's exit codes after Ctrl-C or a file that cannot be imported, and where no test is of this part."""
PATIENCE = 10.0
"""Seconds in which processes that were told to end must have."""
PR_SET_CHILD_SUBREAPER = 36
"""From linux/prctl.h."""
PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/sys/fs/cgroup", "/sys/fs/cgroup/*")
"""Where what bears a process's number may lie: folders, shared memory, control groups."""


def main(words: list[str]) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, lambda *_: None)  # pytest has it too, and ends in order
    before = set(numbered())
    folder = Path(tempfile.mkdtemp(prefix="vaas-"))
    folder.chmod(0o1777)  # as /tmp is: hosts that are another user enter it
    codes: list[int] = []
    for part in PARTS:
        if INTERRUPTED not in codes:
            codes.append(run(part, words, folder))
    left = [*processes(), *files(folder), *(path for path in numbered() if path not in before)]
    for each in left:
        print(f"left behind: {each}", file=sys.stderr)
    failed = [code for code in codes if code not in (0, NOTHING_CHOSEN)]
    if failed or left:
        print(f"What failed may have kept something in {folder}.", file=sys.stderr)
        return failed[0] if failed else 1
    shutil.rmtree(folder)
    return 0 if 0 in codes else NOTHING_CHOSEN


def run(part: tuple[str, ...], words: list[str], folder: Path) -> int:
    marker, *how = part
    command = [sys.executable, "-m", "pytest", "-m", marker, *how, *words]
    pytest = os.posix_spawn(sys.executable, command, {**os.environ, "TMPDIR": str(folder)})
    while True:
        ended, status = os.wait()  # of adopted ones too
        if ended == pytest:
            return os.waitstatus_to_exitcode(status)


def processes() -> Iterator[str]:
    """Those that do not end: named, and then ended."""
    until = monotonic() + PATIENCE
    while pids := children():
        for pid in pids:
            watch = os.pidfd_open(pid)
            if not select.select([watch], [], [], max(0.0, until - monotonic()))[0]:
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                yield f"process {pid}, {words or Path(f'/proc/{pid}/comm').read_text()}".strip()
                os.kill(pid, signal.SIGKILL)
            os.close(watch)
            os.waitpid(pid, 0)


def children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def files(folder: Path) -> list[Path]:
    """What is not pytest's own, which keeps the folders of tests that failed."""
    return [path for path in folder.iterdir() if not path.name.startswith("pytest-of-")]


def numbered() -> Iterator[Path]:
    """What bears the number of a process that is gone, in the places that tests cannot be given elsewhere."""
    for place in PLACES:
        for path in Path("/").glob(f"{place[1:]}/vaas-*"):
            numbers = [word for word in path.name.split("-") if word.isdigit()]
            if numbers and not Path(f"/proc/{numbers[0]}").exists():
                yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
