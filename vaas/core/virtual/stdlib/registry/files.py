"""Files, folders, the app's environment, its log."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, never, on_grant

_OPEN = "use open(), which gives a file"
_PROGRAMS = "use the module subprocess, with [permissions] subprocess"
_HERE = "vaas.core.virtual.stdlib.facades"
_PATHS = "it asks about the machine's folders; the rest is words"

RULES = (
    free(
        "io",
        "open obeys the machine's folders",
        builder="safe_sys:io_",
        instead=dict.fromkeys(("FileIO", "open_code"), "use open()"),
        trusted_builder="trusted:io_",
        settable="_io._IOBase",  # files and streams that the app opened
        preload=True,
    ),
    free(
        "logging",
        "the tree of loggers is the app's own, and its root writes to the app's log",
        builder="safe_logging:logging_",
        instead={
            **dict.fromkeys(("setLogRecordFactory", "getLogRecordFactory", "setLoggerClass"), "use a LoggerAdapter"),
            "addLevelName": "use the levels that there are",
            "lastResort": "logging.root writes to the app's log",
        },
        patches="log_formatter:arm",
        # Of the machine's own tree.
        settable="logging.Filterer logging.LogRecord logging.LoggerAdapter logging.Filter",
        instance_only={
            "logging.Handler": "close createLock setFormatter setLevel set_name",
            "logging.NullHandler": "createLock",
            f"{_HERE}.log_lines.StreamHandler": "setStream",
            f"{_HERE}.loggers.Tree": "setLevel",
        },
        preload=True,
    ),
    free(
        "os",
        "it has the app's own environment and working folder, and the machine's folders; processes are left out",
        builder="safe_os:os_",
        instead={
            **dict.fromkeys(
                ("open", "close", "read", "write", "fdopen", "fstat", "fsync", "pipe", "dup", "dup2"), _OPEN
            ),
            **dict.fromkeys(("O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_TRUNC", "O_APPEND"), _OPEN),
            **dict.fromkeys(
                ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "spawnl", "spawnv", "waitpid"),
                _PROGRAMS,
            ),
            **dict.fromkeys(("execv", "execve", "execl", "execlp", "execvp", "execvpe", "kill", "killpg"), _PROGRAMS),
            **dict.fromkeys(("symlink", "link"), "copy the file with shutil.copy"),
            **dict.fromkeys(("_exit", "abort"), "raise an error: it ends the request, not the process"),
            "scandir": "use os.walk, os.listdir, or Path.iterdir",
            "environb": "use os.environ",
            "renames": "use os.makedirs and os.rename",
            "statvfs": "use shutil.disk_usage",
            "umask": "set the mode of a file with os.chmod",
            "getlogin": "ask for the name by [permissions] env",
            "get_terminal_size": "use shutil.get_terminal_size",
        },
        trusted_builder="trusted:os_",
    ),
    free("os.path", _PATHS, builder="safe_path:os_path", trusted_builder="trusted:os_path"),
    free("posixpath", _PATHS, builder="safe_path:os_path"),
    free(
        "pathlib",
        "what a Path asks and changes goes through the machine",
        builder="safe_pathlib:pathlib_",
        instance_only={
            "pathlib.PurePath": "with_segments",
            "pathlib._abc.PurePathBase": "with_segments",
            "pathlib._local.PurePath": "with_segments",
        },
        preload=True,
    ),
    free(
        "platform",
        "it tells the version of Python and the kind of system; the rest tells of the host and starts programs",
        shown="""python_version python_version_tuple python_implementation python_build python_compiler python_branch
        python_revision""",
        added="safe_platform",
        instead=dict.fromkeys(("uname", "node", "release", "version"), "use platform.system and platform.machine"),
    ),
    free(
        "shutil",
        "it copies and moves by the machine's own os and open",
        builder="safe_shutil:shutil_",
        instead={"which": _PROGRAMS},
    ),
    free(
        "tempfile",
        "its files are in the machine's /tmp",
        builder="safe_tempfile:tempfile_",
        instead={
            "mkstemp": "use NamedTemporaryFile(delete=False)",
            "mktemp": "use NamedTemporaryFile",
            "SpooledTemporaryFile": "use io.BytesIO, or TemporaryFile",
        },
        final={"tempfile": "it deletes files"},
        preload=True,
    ),
    *on_grant("filecmp glob netrc", "it opens files by itself, and the kernel layer says which"),
    *never("fileinput logging.config logging.handlers", "it opens files or resolves names by itself"),
    *never("mmap", "it maps files and memory past the machine"),
)
