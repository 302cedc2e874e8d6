"""What an app's author sees of an exception: their file, their line, their source; no frame of the machinery."""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from collections.abc import Callable
from types import FrameType, TracebackType

from vaas.core.virtual import thread_binding
from vaas.core.virtual.app_modules import AppLoader

_VAAS = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "")
"""The folder of this package: what runs apps, on whatever floor."""


def where_of(error: BaseException) -> str:
    """``app.py:12``: the innermost frame of app code, or the place of a syntax error; empty if there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename.removeprefix('/app/')}:{error.lineno or 1}"
    where = getattr(error, "facts", {}).get("where", "")
    if where:
        return str(where)
    frames = [frame for own, frame in _frames(error.__traceback__) if own]
    return f"{frames[-1].filename.removeprefix('/app/')}:{frames[-1].lineno}" if frames else ""


def format_app_traceback(error: BaseException) -> str:
    """The traceback as Python prints it, causes included: the app's own frames, and those that lead from the last of
    them to the error. Where none is the app's own, those of packages."""
    return _joined(_chain(error), app_frames)


def whole_traceback(error: BaseException) -> str:
    """The same with every frame of the app and of packages, if some are left out there; else empty."""
    whole = _joined(_chain(error), lambda tb: [frame for _, frame in _frames(tb)])
    return whole if whole != format_app_traceback(error) else ""


def _joined(
    chain: list[tuple[BaseException, str]], frames_of: Callable[[TracebackType | None], list[traceback.FrameSummary]]
) -> str:
    parts = []
    for cause, joint in chain:
        frames = frames_of(cause.__traceback__)
        head = ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
        parts += [*([joint] if joint else []), *head, *traceback.format_exception_only(cause)]
    return "".join(parts)


def app_frames(tb: TracebackType | None) -> list[traceback.FrameSummary]:
    """The app's own frames, outermost first, and what the last of them has called; without one, those of packages."""
    frames = _frames(tb)
    last = max((n for n, (own, _) in enumerate(frames) if own), default=-1)
    return [frame for n, (own, frame) in enumerate(frames) if own or n > last]


def _frames(tb: TracebackType | None) -> list[tuple[bool, traceback.FrameSummary]]:
    """Outermost first, each with whether it is of the app's code; without those of what runs it."""
    frames: list[tuple[bool, traceback.FrameSummary]] = []
    while tb is not None:
        frames.append(_summary(tb))
        tb = tb.tb_next
    return [(own, frame) for own, frame in frames if own or not _machinery(frame.filename)]


def calling_app(stack: bool = False) -> tuple[str, int, str, str | None]:
    """File, line and function of the innermost frame of app code; with ``stack``, its frames as text too."""
    frame: FrameType | None = sys._getframe(1)
    frames: list[FrameType] = []
    while frame is not None and (stack or not frames):
        if isinstance(frame.f_globals.get("__loader__"), AppLoader):
            frames.insert(0, frame)
        frame = frame.f_back
    if not frames:
        return "(unknown file)", 0, "(unknown function)", None
    last, text = frames[-1], None
    if stack:
        listed = traceback.format_list([_described(it, it.f_lineno)[1] for it in frames])
        text = "Stack (most recent call last):\n" + "".join(listed).rstrip("\n")
    return last.f_code.co_filename, last.f_lineno, last.f_code.co_name, text


def calling_frame(level: int) -> tuple[str, int, str]:
    """File, line and module of a frame of app code, the innermost one being the first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if isinstance(frame.f_globals.get("__loader__"), AppLoader):
            level -= 1
            if level <= 0:
                return frame.f_code.co_filename, frame.f_lineno, str(frame.f_globals.get("__name__"))
        frame = frame.f_back
    return "<sys>", 0, "sys"


def _summary(tb: TracebackType) -> tuple[bool, traceback.FrameSummary]:
    return _described(tb.tb_frame, tb.tb_lineno)


def _described(frame: FrameType, number: int) -> tuple[bool, traceback.FrameSummary]:
    """Whether it is of the app's code, and what to print of it."""
    code, loader = frame.f_code, frame.f_globals.get("__loader__")
    if not isinstance(loader, AppLoader):
        line, file = linecache.getline(code.co_filename, number).strip(), _as_seen(code.co_filename)
        return False, traceback.FrameSummary(file, number, code.co_name, line=line or None, lookup_line=False)
    # From the loader and not from linecache: two machines may both have an /app/app.py.
    lines = loader.get_source("").splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return True, traceback.FrameSummary(code.co_filename, number, code.co_name, line=line.strip())


def _as_seen(filename: str) -> str:
    """As the app knows the file: a package in its bundle is in ``/app/_vendor``."""
    paths = getattr(thread_binding.bound(), "paths", None)
    return filename if paths is None else str(paths.seen(filename))


def _machinery(filename: str) -> bool:
    return filename.startswith((_VAAS, "<frozen importlib"))


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """The error and what led to it, first cause first, each with the sentence that joins it to the one before."""
    links: list[tuple[BaseException, str]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if current.__cause__ is not None:
            cause, joint = (
                current.__cause__,
                "\nThe above exception was the direct cause of the following exception:\n\n",
            )
        else:
            cause = None if current.__suppress_context__ else current.__context__  # type: ignore[assignment]
            joint = "\nDuring handling of the above exception, another exception occurred:\n\n"
        links.insert(0, (current, joint if cause is not None else ""))
        current = cause
    return links
