"""No type of functions, code, modules or cells that an app sees makes one, or can be derived from."""

CLASS = "classes"
BOUNDARY = "language"
NEEDS = ("types",)


import types


def attack():
    def own():
        return 1

    makers = [
        lambda: types.FunctionType(own, {}),
        lambda: types.LambdaType(len, {}),
        lambda: types.FunctionType.__call__(own, {}),
        lambda: types.FunctionType.__new__(types.FunctionType, own, {}),
        lambda: types.CodeType(0, 0, 0, 0, 0, 0, b"", (), (), "", "", "", 0, b"", b"", (), ()),
        lambda: types.ModuleType("os"),
        lambda: types.ModuleType.__init__(types, "other"),
        lambda: types.CellType(1),
        lambda: types.TracebackType(None, None, 1, 1),
        lambda: type("M", (types.ModuleType,), {}),
        lambda: type("F", (types.FunctionType,), {}),
        lambda: types.FunctionType._real,
        lambda: types.FunctionType.mro()[1].__subclasses__(),
    ]
    for n, make in enumerate(makers):
        try:
            found = make()
        except Exception:
            continue
        return f"ESCAPED: by way {n}: {found!r}"
    return "repelled"
