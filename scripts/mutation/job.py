"""A job: a process with a copy of the tree, that runs tests in it, with or without a mutant, and ends what they leave.

Started by ``jobs.py``; its arguments are its folder and the root of the tree. Each line of its input is a JSON order,
each line of its output the answer; at the end of the input it takes its folder away. What a test starts becomes this
process's child when its parent ends (a subreaper), so that all of it is found and killed, by its own pid.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.mutation.copies import Copy

Order = dict[str, Any]
Answer = dict[str, Any]
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
MEMORY = 6 * 1024**3
"""Bytes that a process of a mutant may allocate: one that allocates for ever ends, and not the machine."""
TAIL = 2000
"""Bytes of what pytest says that an answer carries."""


def main(folder: Path, root: Path) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with contextlib.suppress(AttributeError, OSError):  # Linux only
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    copy = Copy(folder)
    try:
        copy.make(root)
        for line in sys.stdin:
            print(json.dumps(run(copy, json.loads(line))), flush=True)
    finally:
        end_children()
        shutil.rmtree(folder, ignore_errors=True)


def run(copy: Copy, order: Order) -> Answer:
    """``order``: ``files`` to collect, ``timeout`` in seconds, ``measure``, ``only`` and ``limits`` as in the plugin,
    and, with a mutant, the ``path`` and ``text`` of its file, and ``doubtful`` tests, that have to fail twice. The
    answer: pytest's ``code`` (None: it was killed), ``seconds``, ``records`` of the plugin, the ``tail`` of what it
    said, and the copy's ``tree``."""
    while True:
        answer = once(copy, order)
        test = failed_test(answer)
        if test not in order.get("doubtful", ()) or once(copy, {**order, "only": [test]})["code"] != 0:
            return answer
        if not (rest := [each for each in order["only"] if each != test]):
            return {**answer, "code": 0}
        order = {**order, "only": rest}


def failed_test(answer: Answer) -> str:
    """The test that failed or was killed; empty if all passed."""
    if answer["code"] == 0:
        return ""
    failed = [record["test"] for record in answer["records"] if record.get("outcome") == "failed"]
    begun = [record["begun"] for record in answer["records"] if "begun" in record]
    return str((failed or begun or [""])[-1])


def once(copy: Copy, order: Order) -> Answer:
    plan = copy.folder / "plan"
    out = copy.folder / "out"
    said = copy.folder / "said"
    measured = [str(copy.tree / path) for path in order.get("measure", [])]
    plan.write_text(json.dumps({"only": [], "limits": {}, **order, "measure": measured, "out": str(out)}))
    out.write_text("")
    began = time.monotonic()
    with changed(copy, order), said.open("wb") as output:
        code = pytest(copy, order, {"MUTANTS_PLAN": str(plan)}, output)
    copy.clean()
    records = [json.loads(line) for line in out.read_text().splitlines() if line.endswith("}")]
    tail = said.read_bytes()[-TAIL:].decode(errors="replace")
    return {"code": code, "seconds": time.monotonic() - began, "records": records, "tail": tail, "tree": str(copy.tree)}


@contextlib.contextmanager
def changed(copy: Copy, order: Order) -> Iterator[None]:
    if "text" in order:
        copy.change(order["path"], order["text"])
    try:
        yield
    finally:
        copy.restore()


def pytest(copy: Copy, order: Order, environ: dict[str, str], output: Any) -> int | None:
    command = [str(copy.python), "-m", "pytest", "-q", "-x", "-p", "scripts.mutation.plugin", "-p", "no:randomly"]
    command += ["-p", "no:cacheprovider", "--hypothesis-seed=0", "--tb=line", *order["files"]]
    if order.get("measure"):
        command.remove("-x")
    process = subprocess.Popen(
        command,
        cwd=copy.tree,
        env={**copy.environ(), **environ},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY)),
    )
    try:
        return process.wait(order["timeout"])
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        end_children()


def end_children() -> None:
    """Kills all that has become ours, until there is nothing: what a killed one leaves becomes ours in its turn."""
    while True:
        for pid in children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def children() -> list[int]:
    try:
        return [
            int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()
        ]
    except OSError:
        return []


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
