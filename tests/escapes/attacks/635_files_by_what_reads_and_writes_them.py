"""What opens files in an app's name opens none but the app's: compressed ones, trees, logs, modes."""

CLASS = "files"
BOUNDARY = "language"
NEEDS = ("gzip", "bz2", "lzma", "xml.etree.ElementTree", "logging", "os")


import bz2
import gzip
import logging
import lzma
import os
import xml.etree.ElementTree as tree

OUTSIDE = "/etc/hostname"


class Path:
    """Another one each time."""

    def __init__(self, first):
        self.paths = [first]

    def __fspath__(self):
        return self.paths.pop() if self.paths else OUTSIDE


def attack():
    tries = [
        lambda path: gzip.open(path).read(),
        lambda path: gzip.GzipFile(path).read(),
        lambda path: bz2.BZ2File(path).read(),
        lambda path: lzma.open(path, "rt").read(),
        lambda path: lzma.LZMAFile(path).read(),
        lambda path: tree.parse(path),
        lambda path: tree.ElementTree(file=path),
        lambda path: logging.FileHandler(path, mode="r"),
        lambda path: os.chmod(path, os.stat("/").st_mode),
    ]
    for n, attempt in enumerate(tries):
        for path in (OUTSIDE, f"/tmp/..{OUTSIDE}", Path("/tmp/none"), Path("/tmp/../tmp/none")):
            try:
                attempt(path)
            except (PermissionError, FileNotFoundError, TypeError):
                continue
            except Exception as error:
                return f"ESCAPED: by way {n} over {path}: it was opened, and is {error!r}"
            return f"ESCAPED: by way {n} over {path}"
    return "repelled"
