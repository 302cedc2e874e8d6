"""The tokens that a person keeps on this machine, by the address of the platform they open.

One file that its owner alone can read: ``$XDG_CONFIG_HOME/vaas/credentials.json`` (default ``~/.config``). Written by
``vaas login``, and by a platform's first start, for the person who started it. Used by
``cli/vaas_cli/address.py`` and ``cli/vaas_cli/commands/platform.py``; imports nothing that is slow to import."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from vaas.core.errors import InvalidInput, Unavailable


class CredentialsDamaged(InvalidInput):
    """{path} is not what vaas wrote there: {reason}. Delete it and log in again (`vaas login`)."""


class CredentialsUnwritable(Unavailable):
    """{path} cannot be read or written: {reason}. Give yourself the right to, or name another folder in
    XDG_CONFIG_HOME."""


class Kept(NamedTuple):
    """What the file says."""

    chosen: str
    """The address that commands talk to when nothing else is said; empty: none was chosen."""
    tokens: dict[str, str]


def path() -> Path:
    """Where the file lies."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative one is to be ignored, says the XDG base directory specification.
    folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    return folder / "vaas" / "credentials.json"


def load(url: str) -> str | None:
    """The token kept for this platform. Raises ``CredentialsDamaged``, ``CredentialsUnwritable``."""
    return _read().tokens.get(_key(url))


def all_of_them() -> dict[str, str]:
    """Every token, by the address of its platform. Raises as ``load``."""
    return _read().tokens


def chosen() -> str | None:
    """The platform that commands talk to unless told otherwise."""
    return _read().chosen or None


def save(url: str, token: str, *, choose: bool = False) -> None:
    """Keeps the token. The first platform saved is the chosen one, until another is saved with ``choose``."""
    with _changing() as kept:
        tokens = {**kept.tokens, _key(url): token}
        _write(Kept(_key(url) if choose or not kept.chosen else kept.chosen, tokens))


def forget(url: str) -> bool:
    """Drops the token for this platform, and its being chosen; says whether there was one."""
    with _changing() as kept:
        tokens = {key: token for key, token in kept.tokens.items() if key != _key(url)}
        _write(Kept("" if kept.chosen == _key(url) else kept.chosen, tokens))
    return len(tokens) < len(kept.tokens)


def _key(url: str) -> str:
    return url.rstrip("/")


def _read() -> Kept:
    try:
        text = path().read_text("utf-8")
    except FileNotFoundError:
        return Kept("", {})
    except UnicodeDecodeError as error:
        raise CredentialsDamaged(path=path(), reason="it is not UTF-8 text") from error
    except OSError as error:
        raise CredentialsUnwritable(path=path(), reason=error.strerror) from error
    return _parse(text)


def _parse(text: str) -> Kept:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CredentialsDamaged(path=path(), reason="it is not JSON") from error
    chosen, tokens = _fields(document)
    if (
        not isinstance(chosen, str)
        or not isinstance(tokens, dict)
        or not all(isinstance(t, str) for t in tokens.values())
    ):
        raise CredentialsDamaged(path=path(), reason="it does not have a `chosen` text and a `tokens` table")
    return Kept(chosen, tokens)


def _fields(document: Any) -> tuple[Any, Any]:
    return (document.get("chosen"), document.get("tokens")) if isinstance(document, dict) else (None, None)


@contextmanager
def _changing() -> Iterator[Kept]:
    """What is kept now; no other process changes it until the block ends."""
    folder = path().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # mkdir's mode is cut by the umask, and the folder may have been there
        lock = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CredentialsUnwritable(path=folder, reason=error.strerror) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield _read()
    finally:
        os.close(lock)


def _write(kept: Kept) -> None:
    """Whole or not at all: a reader, or a crash, never meets half a file."""
    target = path()
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with suppress(FileNotFoundError):
            draft.unlink()  # left by a crash
        # O_EXCL: no link that lies there is followed, and the mode is right from the first byte on.
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept._asdict(), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError as error:
        raise CredentialsUnwritable(path=target, reason=error.strerror) from error
    finally:
        with suppress(OSError):
            draft.unlink()
