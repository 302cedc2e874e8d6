"""What reaches the interpreter itself, other code, or the process: not for restricted code, or with a permission."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import never, on_grant

RULES = (
    *on_grant("subprocess pty", "it starts programs", needs="subprocess"),
    *never("gc tracemalloc", "it hands out all objects of the process"),
    *never("dis symtable", "it hands out code"),
    *never("bdb pdb trace cProfile profile faulthandler", "it hands out frames"),
    *never("linecache", "it reads any file, and keeps it for the whole process"),
    *never("code codeop timeit", "it runs code that no guard has seen"),
    *never("runpy zipimport imp modulefinder", "it imports past the machine"),
    *never("pydoc doctest unittest rlcompleter", "it imports and runs code past the machine"),
    *never("cgitb", "it shows frames and runs code past the machine"),
    *never("ctypes cffi _ctypes", "it reaches memory and native code"),
    *never("multiprocessing posix signal", "it reaches the process under the interpreter"),
    *never("atexit", "it runs code when the process ends, for whatever app"),
    *never("site sysconfig", "it tells and changes where the process finds modules"),
    *never("_io", "it opens files past the machine"),
    *never("pwd grp spwd nis", "it tells of the users of the system"),
    *never("resource fcntl termios tty", "it changes the process's limits, descriptors or terminal"),
    *never("cmd", "it holds the streams of the process"),
)
