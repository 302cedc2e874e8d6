"""No app makes the platform"s own errors format a template of the app"s."""

CLASS = "format"
BOUNDARY = "both"
NEEDS = ("json",)


import json


def attack():
    try:
        import ctypes.wintypes_that_is_not_there
    except ImportError as error:
        kind = type(error)

    class Mine(kind):
        """{it.__globals__[codecs].sys.modules[os].environ[VAAS_CANARY]}"""

        def __init__(self, **facts):
            if issubclass(ImportError, kind) or kind.__module__ == "builtins":
                super().__init__(self.__doc__.format(**facts))
            else:
                super(kind, self).__init__(**facts)

    for cls in (Mine,):
        return "ESCAPED: " + str(cls(it=json.dumps))
