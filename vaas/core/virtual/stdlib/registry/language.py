"""The language's own modules: types, functions, classes, containers, and the interpreter's facts."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, free_alike, never

_TRACED = "use format_exc or format_exception, which show the app's own frames"

RULES = (
    free(
        "builtins",
        "it shows the built-in names that the app has anyway",
        builder="safe_sys:builtins_",
        open_modules="builtins",
        value_modules="builtins",
    ),
    free(
        "sys",
        "it holds the app's own arguments, path and streams, and of the interpreter only constants",
        builder="safe_sys:sys_",
        instead={
            "modules": "import by name with importlib.import_module",
            "excepthook": "catch the error; what none catches is in the app's log",
            "setrecursionlimit": "use a loop and a list",
            **dict.fromkeys(("_getframe", "settrace", "setprofile"), "log where you are: a line has file and number"),
            **dict.fromkeys(("meta_path", "path_hooks"), "import what is in the bundle"),
            **dict.fromkeys(("displayhook", "unraisablehook", "breakpointhook"), "print, or log"),
        },
        trusted_builder="trusted:sys_",
    ),
    free(
        "importlib",
        "its import_module follows the machine's decisions; loaders and finders are left out",
        builder="safe_sys:importlib_",
        instead={"reload": "deploy: each worker imports a module once"},
        trusted_builder="trusted:importlib_",
    ),
    free(
        "importlib.resources",
        "it reads files of the app's own packages alone, by virtual paths",
        builder="resources:resources_",
        preload=True,
    ),
    free(
        "pkgutil",
        "it lists the app's own modules and reads their files; what is imported is the machine's to decide",
        builder="safe_pkgutil:pkgutil_",
    ),
    free(
        "importlib.metadata",
        "it tells versions; the rest reads files and imports by name",
        shown="version PackageNotFoundError",
        instead=dict.fromkeys(
            ("entry_points", "distribution", "distributions", "metadata", "files", "requires"),
            "import what you need by its name",
        ),
    ),
    *free_alike("errno keyword __future__", "it holds constants"),
    free(
        "abc",
        "ABCMeta is a function, and its decorators mark the app's own functions alone",
        shown="ABC",
        added="safe_abc",
        open_modules="abc",
        value_modules="abc",
        preload=True,
    ),
    free(
        "ast",
        "all but literal_eval reads attributes by names that nodes list",
        shown="literal_eval",
        instead=dict.fromkeys(("parse", "walk", "dump", "unparse"), "literal_eval reads plain values"),
    ),
    free(
        "collections",
        "it holds containers; UserString is left out, which formats like a string and is none",
        dropped="UserString",
        # Containers: no library hands one out that is its own.
        settable="""collections.OrderedDict collections.Counter collections.defaultdict collections.ChainMap
        collections.UserDict collections.UserList""",
        instance_only={
            "collections.ChainMap": "copy new_child parents",
            "collections.Counter": "copy",
            "collections.UserDict": "copy",
            "collections.UserList": "copy",
        },
        open_modules="collections",
        value_modules="collections",
        preload=True,
    ),
    free(
        "collections.abc",
        "it holds abstract classes of containers",
        open_modules="collections.abc",
        value_modules="collections.abc",
        preload=True,
    ),
    free(
        "contextlib",
        "it redirects the app's own streams, not the process's; chdir is left out",
        builder="safe_contextlib:contextlib_",
        instead={"chdir": "use os.chdir"},
        instance_only={
            "contextlib.AsyncExitStack": "pop_all",
            "contextlib.ExitStack": "pop_all",
            "contextlib._BaseExitStack": "pop_all",
        },
        open_modules="contextlib",
        preload=True,
    ),
    free(
        "contextvars",
        "a Context lists the variables of the whole process, and a fresh one would lose whose request it is",
        shown="ContextVar Token",
        added="safe_contextvars",
    ),
    free(
        "copy",
        "it copies what it is given; reducers of an app's class change nothing but its own instances",
        shown="Error",
        added="safe_copy",
        process_patches="copying:arm",
        preload=True,
    ),
    free(
        "dataclasses",
        "it decorates the app's own classes alone; make_dataclass compiles names that it is given",
        dropped="make_dataclass dataclass asdict astuple",
        instead={"make_dataclass": "write the class, with @dataclass"},
        added="safe_dataclasses",
        final={"dataclasses.Field": "its name becomes code"},
        open_modules="dataclasses",
        preload=True,
    ),
    free(
        "enum",
        "what writes members into modules by name is left out",
        dropped="global_enum global_enum_repr global_flag_repr global_str",
        instead={
            "global_enum": "assign the members that you want as variables",
            **dict.fromkeys(("EnumMeta", "EnumType"), "derive from Enum"),
        },
        process_patches="enums:arm",
        final={"enum.property": "it reads attributes of members by any name"},
        open_modules="enum",
        value_modules="enum",
        preload=True,
    ),
    free(
        "functools",
        "what copies attributes by name or evaluates annotations is our own version",
        dropped="update_wrapper wraps singledispatch singledispatchmethod total_ordering",
        added="safe_functools",
        final={"functools.partialmethod": "it asks other descriptors on behalf of any object"},
        preload=True,
    ),
    free(
        "graphlib",
        "it computes with values that it is given",
        instance_only={"graphlib.TopologicalSorter": "prepare"},
    ),
    free(
        "inspect",
        "it answers questions about objects; frames, sources and raw members are left out",
        shown="""isclass ismodule isfunction ismethod isbuiltin isroutine isgenerator isgeneratorfunction iscoroutine
        iscoroutinefunction isawaitable isasyncgen isasyncgenfunction isabstract isdatadescriptor ismethoddescriptor
        ismethodwrapper isgetsetdescriptor ismemberdescriptor isframe iscode istraceback getgeneratorstate
        getcoroutinestate GEN_CREATED GEN_RUNNING GEN_SUSPENDED GEN_CLOSED CORO_CREATED CORO_RUNNING
        CORO_SUSPENDED CORO_CLOSED cleandoc getdoc Parameter Signature BoundArguments FullArgSpec""",
        added="safe_inspect",
        instead={
            **dict.fromkeys(
                ("currentframe", "stack", "trace", "getframeinfo", "getouterframes", "getinnerframes"),
                "log where you are: a line has file and number",
            ),
            **dict.fromkeys(
                ("getsource", "getsourcelines", "getsourcefile", "getfile", "getmodule", "findsource"),
                "read the file of the bundle, below /app",
            ),
            **dict.fromkeys(("getattr_static", "getmembers_static"), "use getattr, or vars() of an own class"),
            "get_annotations": "use typing.get_type_hints",
        },
        patches="signatures:arm",
        instance_only={
            "inspect.BoundArguments": "apply_defaults",
            "inspect.Parameter": "replace",
            "inspect.Signature": "replace",
        },
        preload=True,
    ),
    free("itertools", "it computes with values that it is given", preload=True),
    free("numbers", "it holds abstract classes of numbers", open_modules="numbers", value_modules="numbers"),
    free(
        "operator",
        "attrgetter and methodcaller read attributes by the guard",
        dropped="attrgetter methodcaller",
        added="safe_operator",
        preload=True,
    ),
    free("reprlib", "aRepr is the process's own", dropped="aRepr", settable="reprlib.Repr"),
    free(
        "traceback",
        "it tells the app's own frames, as text",
        builder="safe_traceback:traceback_",
        instead={
            **dict.fromkeys(("extract_stack", "format_stack", "print_stack", "walk_stack"), _TRACED),
            **dict.fromkeys(("TracebackException", "StackSummary", "FrameSummary", "walk_tb"), _TRACED),
        },
        preload=True,
    ),
    free(
        "types",
        "types of code, frames, modules and functions make what no guard has seen",
        shown="""SimpleNamespace MappingProxyType GenericAlias UnionType NoneType NotImplementedType EllipsisType
        MethodType GeneratorType CoroutineType AsyncGeneratorType DynamicClassAttribute""",
        added="safe_types",
        instead=dict.fromkeys(("new_class", "prepare_class", "resolve_bases"), "write a class statement, or type(…)"),
        settable="types.SimpleNamespace",
        instance_only={"types.DynamicClassAttribute": "deleter getter setter"},
        open_modules="types",
        preload=True,
    ),
    free(
        "typing",
        "it evaluates only such strings as an annotation may be, and marks the app's own objects alone",
        builder="safe_typing:typing_",
        instead={
            "ForwardRef": "write the annotation as a string",
            **dict.fromkeys(("get_overloads", "clear_overloads"), "keep the signatures yourself"),
        },
        patches="caches:arm_aliases",
        open_modules="typing",
        value_modules="typing",
        preload=True,
    ),
    free(
        "warnings",
        "filters, and how a warning is shown, are the app's own; what nothing catches is a line of its log",
        builder="safe_warnings:warnings_",
    ),
    free(
        "weakref",
        "a proxy passes on what other objects keep to themselves, and a WeakMethod tells who is behind",
        instead={"proxy": "use weakref.ref, and call it"},
        shown="ref WeakKeyDictionary WeakValueDictionary WeakSet finalize ReferenceType",
        added="safe_weakref",
        settable="weakref.finalize",
        instance_only={
            "_weakrefset.WeakSet": "copy intersection union difference symmetric_difference",
            "weakref.WeakKeyDictionary": "pop popitem",
        },
        open_modules="weakref",
    ),
    *never("argparse optparse", "it sets attributes by names in text"),
)
