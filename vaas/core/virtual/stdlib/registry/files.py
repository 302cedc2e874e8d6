"""Files, folders, the app's environment, its log."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, never, on_grant

_HERE = "vaas.core.virtual.stdlib.facades"
_PATHS = "it asks about the machine's folders; the rest is words"

RULES = (
    free(
        "io",
        "open obeys the machine's folders",
        builder="safe_sys:io_",
        trusted_builder="trusted:io_",
        settable="_io._IOBase",  # files and streams that the app opened
        preload=True,
    ),
    free(
        "logging",
        "the tree of loggers is the app's own, and its root writes to the app's log",
        builder="safe_logging:logging_",
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
        "it tells the version of Python; the rest tells of the host and starts programs",
        shown="python_version python_version_tuple python_implementation",
    ),
    free("shutil", "it copies and moves by the machine's own os and open", builder="safe_shutil:shutil_"),
    free(
        "tempfile",
        "its files are in the machine's /tmp",
        builder="safe_tempfile:tempfile_",
        final={"tempfile": "it deletes files"},
        preload=True,
    ),
    *on_grant("filecmp glob netrc", "it opens files by itself, and the kernel layer says which"),
    *never("fileinput logging.config logging.handlers", "it opens files or resolves names by itself"),
    *never("mmap", "it maps files and memory past the machine"),
)
