"""The few files of ``/etc`` that the C library asks: who one is, what ``localhost`` is, where else to ask.

``/etc`` of a host's root has links to them. What is the same for all lies in ``NAMES``; each user that hosts are has a
folder in ``USERS``, which its hosts see as ``USER``. Written by ``root_folder.py``.
"""

from __future__ import annotations

import os
import shutil

from vaas.core.confine.plan import NAMES, USER, USERS

NAME = "app"
"""What every app's user is called: an app learns nothing of another."""

SHARED = {
    "hosts": "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
}


def of_user(uid: int, gid: int) -> dict[str, str]:
    """By name, for that user."""
    root = "root:x:0:0:root:/:/bin/false\n" if uid else ""
    return {"passwd": f"{NAME}:x:{uid}:{gid}::/data:/bin/sh\n{root}", "group": f"{NAME}:x:{gid}:\n"}


LINKS = (
    *((f"/etc/{name}", f"{USER}/{name}") for name in of_user(0, 0)),
    *((f"/etc/{name}", f"{NAMES}/{name}") for name in SHARED),
)


def write(folder: str, files: dict[str, str]) -> None:
    """Makes that folder, whole or not at all, if it is not there. Raises OSError."""
    if os.path.isdir(folder):
        return
    begun = f"{folder}.{os.getpid()}"
    os.makedirs(begun)
    for name, text in files.items():
        with open(f"{begun}/{name}", "w") as file:
            file.write(text)
    try:
        os.rename(begun, folder)
    except OSError:  # a host of the same app was faster
        shutil.rmtree(begun)
        if not os.path.isdir(folder):
            raise


def write_user(root: str, owner: str, uid: int, gid: int) -> None:
    """Has that user's folder be in the root at ``root``. Raises OSError."""
    write(f"{root}{USERS}/{owner}", of_user(uid, gid))
