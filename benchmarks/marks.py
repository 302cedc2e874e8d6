"""Marks: imported by a zygote, this has its hosts tell when they reached each stage of their start.

Only for ``stages.py``: it wraps the functions that begin and end a stage, and each host writes its marks to standard
error once its first worker is ready. All clocks are the kernel's monotonic one, which processes share.
"""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable
from typing import Any

from vaas.core.host import child, worker
from vaas.core.host.host_output import HostOutput
from vaas.framework.serving import service

MARK = "vaas-benchmark-marks "
"""What the line with a host's marks begins with."""
_marks: dict[str, float] = {}


def around(owner: Any, name: str, before: str = "", after: str = "") -> None:
    """Has calls of ``owner.name`` leave a mark when they begin and when they end."""
    inner: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(inner)
    def marked(*args: Any, **kwargs: Any) -> Any:
        if before:
            _marks[before] = time.monotonic()
        result = inner(*args, **kwargs)
        if after:
            _marks[after] = time.monotonic()
        return result

    setattr(owner, name, marked)


def _tell_after(inner: Callable[[HostOutput, Any], None]) -> Callable[[HostOutput, Any], None]:
    def control(self: HostOutput, frame: Any) -> None:
        _marks["told"] = time.monotonic()
        inner(self, frame)
        os.write(2, f"{MARK}{json.dumps(_marks)}\n".encode())

    return control


around(child, "take_over_the_process", before="forked", after="taken over")
around(child, "apply", after="confined")
around(worker.Worker, "_machine", before="thread", after="machine")
around(service, "open_service", after="imported")
setattr(HostOutput, "control", _tell_after(HostOutput.control))  # noqa: B010 (mypy minds an assignment to a method)
