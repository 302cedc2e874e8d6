"""Which modules of the standard library an app may import unasked, and which only under a condition.

Three tables, each name with its reason. A name also covers its submodules only where it says ``.*``.
Facts: what a module can reach was read from its source and tried by the attacks in ``tests/core/restrict``.
Next: ``core/virtual/import_decision.py``, which reads these tables and the policy.
"""

from __future__ import annotations

from vaas.core.words import words

COMPUTES = "works on values it is given and keeps no file, socket or frame"
VIRTUAL = "reaches apps as the machine's own version, which obeys the machine's folders and environment"
TRIMMED = "reaches apps without the parts that touch files, frames or other people's objects"

SAFE: dict[str, str] = {
    **dict.fromkeys(
        words(
            """abc array base64 binascii bisect calendar cmath collections collections.abc colorsys copy datetime
            decimal difflib email email.errors email.feedparser email.header email.headerregistry email.message
            email.mime email.mime.base email.mime.multipart email.mime.text email.parser email.policy email.utils enum
            fnmatch fractions graphlib hashlib heapq hmac html html.entities html.parser http http.cookies ipaddress
            itertools json json.decoder json.encoder keyword math numbers queue quopri random re reprlib sched secrets
            statistics stringprep struct textwrap time unicodedata urllib urllib.error urllib.parse uuid zlib zoneinfo
            __future__"""
        ),
        COMPUTES,
    ),
    **dict.fromkeys(
        words(
            """ast asyncio bz2 codecs concurrent concurrent.futures contextlib contextvars csv dataclasses errno
            functools getopt gettext gzip inspect locale lzma mimetypes operator platform string threading traceback
            types typing warnings weakref xml xml.etree xml.etree.ElementTree xml.sax xml.sax.saxutils _thread"""
        ),
        TRIMMED,
    ),
    **dict.fromkeys(
        words(
            """builtins importlib importlib.resources importlib.metadata io logging os os.path pathlib pickle posixpath
            shutil sys tempfile"""
        ),
        VIRTUAL,
    ),
}
"""Importable by every app. In restricted code each is a facade; in trusted code the real one, but for ``OWN``."""

OWN = frozenset({"os", "sys", "io", "importlib", "os.path", "pickle"})
"""Facades in trusted code too: they carry the app's own environment, arguments, streams and paths."""

NEEDS: dict[str, str] = {
    **dict.fromkeys(
        words(
            """socket ssl select selectors socketserver http.client http.server urllib.request ftplib smtplib imaplib
            poplib telnetlib xmlrpc.client"""
        ),
        "net",
    ),
    **dict.fromkeys(["subprocess", "pty"], "subprocess"),
}
"""Useless, and not to be had in restricted code, without that other permission."""

UNRESTRICTABLE: dict[str, str] = {
    **dict.fromkeys(
        words("""gc dis bdb pdb trace tracemalloc linecache cProfile profile faulthandler symtable"""),
        "it hands out frames, code or all objects of the process",
    ),
    **dict.fromkeys(
        words(
            """code codeop runpy pkgutil pydoc doctest timeit zipimport imp modulefinder cgitb unittest rlcompleter"""
        ),
        "it runs or imports code past the machine",
    ),
    **dict.fromkeys(
        words(
            """ctypes cffi _ctypes marshal mmap multiprocessing signal atexit site sysconfig _io posix
            pwd grp resource fcntl termios tty nis spwd"""
        ),
        "it reaches the process under the interpreter",
    ),
    **dict.fromkeys(
        ["shelve", "dbm", "xmlrpc.server", "logging.config", "logging.handlers", "fileinput", "configparser"],
        "it opens files or resolves names by itself",
    ),
}
"""What would undo restricted code, granted or not; such an app asks for ``code = "trusted"``."""

GRANTABLE: dict[str, str] = {
    **dict.fromkeys(
        words(
            """email.base64mime email.contentmanager email.encoders email.generator email.iterators
            email.mime.application email.mime.audio email.mime.image email.mime.message email.mime.nonmultipart
            email.quoprimime json.scanner pickletools plistlib pprint stat token tomllib xml.parsers xml.parsers.expat
            xml.sax.handler"""
        ),
        "it computes, and is shown as it is but for its tables, which are copied",
    ),
    **dict.fromkeys(
        words(
            "filecmp glob http.cookiejar netrc shlex sqlite3 sqlite3.dbapi2 tarfile tokenize wave zipfile",
        ),
        "it opens files by itself, and the kernel layer says which",
    ),
}
"""Modules of the standard library that restricted code may be granted, with what is below them. Any other, and any that
a new Python brings, is not: an unread module may hand out frames, code or the import system. Some that were read sit
no better: argparse, optparse, xml.dom and urllib.robotparser set or import by names in text, cmd holds the process's
streams, wsgiref its environment."""
