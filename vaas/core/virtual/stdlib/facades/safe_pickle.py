"""``pickle`` for apps. The C pickler asks the interpreter for modules and so never finds an app's own classes.

Trusted code gets the real module with that mended. In restricted code ``loads`` is no way in: it makes only objects
of the app's own classes and of a few plain types, and sets state on nothing but their instances.
"""

from __future__ import annotations

import io
import pickle
from types import ModuleType
from typing import IO, Any
from uuid import UUID, SafeUUID

from vaas.core.restrict.guards import read
from vaas.core.restrict.ownership import mark_of
from vaas.core.virtual.stdlib.facades.base import Facade, Proxy
from vaas.core.virtual.stdlib.machine_view import MachineView
from vaas.core.virtual.stdlib.patches.copying import set_state
from vaas.core.words import words

PLAIN = frozenset(
    words(
        """builtins.set builtins.frozenset builtins.complex builtins.bytearray builtins.range builtins.slice
        builtins.object collections.OrderedDict collections.deque collections.defaultdict collections.Counter
        datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone decimal.Decimal
        fractions.Fraction uuid.UUID"""
    )
)
"""What restricted code may load besides its own classes: values that run no code of their own when made."""


def pickle_(machine: MachineView) -> ModuleType:
    """The app's ``pickle``, in either mode."""

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found = _own(machine, module, name)
            return super().find_class(module, name) if found is None else found

    if machine.restricted:
        return Facade("pickle", _functions(machine, _careful(machine)) | _constants())
    return Proxy(pickle, {**_functions(machine, Unpickler), "Unpickler": Unpickler, "Pickler": pickle._Pickler})


def _functions(machine: MachineView, unpickler: type[Any]) -> dict[str, Any]:
    def dumps(obj: object, protocol: int | None = None) -> bytes:
        try:
            return pickle.dumps(obj, protocol)
        except pickle.PicklingError:
            out = io.BytesIO()  # the pure Python pickler looks modules up in sys.modules, and so finds the app's
            with machine.bound():
                pickle._Pickler(out, protocol).dump(obj)
            return out.getvalue()

    def dump(obj: object, file: IO[bytes], protocol: int | None = None) -> None:
        file.write(dumps(obj, protocol))

    def load(file: IO[bytes]) -> Any:
        return unpickler(file).load()

    def loads(data: bytes) -> Any:
        return unpickler(io.BytesIO(data)).load()

    return {"dumps": dumps, "dump": dump, "loads": loads, "load": load}


def _careful(machine: MachineView) -> type[Any]:
    real: Any = pickle._Unpickler

    class Unpickler(real):  # type: ignore[misc]  # typeshed has no pure Python unpickler
        dispatch = dict(real.dispatch)
        unfinished: Any = None
        """The one kind of plain value that gets its state after it was made; here, and nowhere else."""

        def __init__(self, file: IO[bytes]) -> None:
            super().__init__(_Exactly(file))

        def find_class(self, module: str, name: str) -> Any:
            own = machine.find_own(module)
            if own is None and f"{module}.{name}" in PLAIN:
                return super().find_class(module, name)
            found = None if own is None else _class_in(own, name)
            if found is None:
                raise pickle.UnpicklingError(
                    f"restricted code unpickles its own classes and plain values, not {module}.{name}"
                )
            return found

        def load_newobj(self) -> None:
            is_uuid = self.stack[-2] is UUID
            real.load_newobj(self)
            self.unfinished = self.stack[-1] if is_uuid else None

        def load_build(self) -> None:
            state, made = self.stack.pop(), self.stack[-1]
            if made is not None and made is self.unfinished and type(state) is dict:
                _finish(made, state)
            else:
                set_state(made, state)

        dispatch[pickle.NEWOBJ[0]], dispatch[pickle.BUILD[0]] = load_newobj, load_build

    return Unpickler


class _Exactly:
    """A file of the app's, whose parts are exactly ``bytes``: others would decode to whatever they like."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return _bytes(self._file.read(size))

    def readline(self) -> bytes:
        return _bytes(self._file.readline())


def _bytes(part: Any) -> bytes:
    if type(part) is not bytes:
        raise TypeError("a pickle is read from a file of exactly bytes")
    return part


def _finish(made: UUID, state: dict[Any, Any]) -> None:
    number = state.get("int")
    if type(number) is not int or not 0 <= number < 1 << 128:
        raise pickle.UnpicklingError("the state of a UUID is a number of 128 bits")
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)


def _own(machine: MachineView, module: str, name: str) -> Any:
    """The object that ``name`` is in the app's own module, or None if the app has no such module."""
    found: Any = machine.find_own(module)
    if found is None:
        return None
    for part in name.split("."):
        if part.startswith("__") or not hasattr(found, part):
            raise pickle.UnpicklingError(f"{module} defines no {name}")
        found = getattr(found, part)
    return found


def _class_in(module: ModuleType, path: str) -> type | None:
    """The class that the app's own code made, or had made by a library, under this name; read as the app reads."""
    found: Any = module
    for name in path.split("."):
        found = read(found, name, None)
        if not issubclass(type(found), type):
            return None
    made = mark_of(found) is not None or found.__module__ == module.__name__
    return found if made else None


def _constants() -> dict[str, Any]:
    names = ["HIGHEST_PROTOCOL", "DEFAULT_PROTOCOL", "PickleError", "PicklingError", "UnpicklingError"]
    return {name: getattr(pickle, name) for name in names}
