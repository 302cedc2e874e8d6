"""A job: a process with a copy of the tree, that runs tests in it, with or without a mutant, and ends what they leave.

Started by ``jobs.py``; its arguments are its folder and the root of the tree. When it has made the copy it becomes the
copy's own interpreter (exec). Then each line of its input is a JSON order, each line of its output the answer; each run
is a fork of it (``forked.py``). At the end of the input it takes its folder away.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.mutation import forked
from scripts.mutation.copies import Copy

Order = dict[str, Any]
Answer = dict[str, Any]
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
TAIL = 2000
"""Bytes of what pytest says that an answer carries."""


def main(folder: Path, root: Path) -> None:
    copy = Copy(folder)
    copy.make(root)
    python = str(copy.python)
    os.chdir(copy.tree)
    os.execve(python, [python, "-m", "scripts.mutation.job", str(folder)], copy.environ())


def serve(folder: Path) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with contextlib.suppress(AttributeError, OSError):  # Linux only
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    copy = Copy(folder)
    try:
        for line in sys.stdin:
            print(json.dumps(run(copy, json.loads(line))), flush=True)
    finally:
        forked.end_children()
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
    words = [*([] if measured else ["-x"]), *order["files"]]
    with changed(copy, order):
        code = forked.run(words, plan, said, order["timeout"])
    copy.clean()
    records = [json.loads(line) for line in out.read_text().splitlines() if line.endswith("}")]
    forked.preload(name for record in records for name in record.get("packages", ()))
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


if __name__ == "__main__":
    folder, *root = map(Path, sys.argv[1:])
    main(folder, *root) if root else serve(folder)
