"""``ElementTree.ElementTree`` and ``parse`` for restricted code: trees whose files the machine opens.

Made for one machine by ``own_state.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from vaas.core.virtual.stdlib.machine_view import MachineView


def trees(machine: MachineView, tostring: Callable[..., Any]) -> dict[str, Any]:
    """The names by which they are shown. ``tostring`` is the machine's own, with its table of prefixes."""

    class Tree:
        """``ElementTree``: a document around its root."""

        __slots__ = ("__weakref__", "_root")
        _root: Any

        def __init__(self, element: Any = None, file: Any = None) -> None:
            slot.__set__(self, element)
            if file is not None:
                self.parse(file)

        def getroot(self) -> Any:
            return self._root

        def parse(self, source: Any, parser: Any = None) -> Any:
            root = _parsed(machine, source, parser)
            slot.__set__(self, root)
            return root

        def iter(self, tag: Any = None) -> Iterator[Any]:
            return iter(self._root.iter(tag))

        def find(self, path: str, namespaces: Any = None) -> Any:
            return self._root.find(_below(path), namespaces)

        def findtext(self, path: str, default: Any = None, namespaces: Any = None) -> Any:
            return self._root.findtext(_below(path), default, namespaces)

        def findall(self, path: str, namespaces: Any = None) -> list[Any]:
            return list(self._root.findall(_below(path), namespaces))

        def iterfind(self, path: str, namespaces: Any = None) -> Iterator[Any]:
            return iter(self._root.iterfind(_below(path), namespaces))

        def write(self, file_or_filename: Any, encoding: Any = None, *options: Any, **named: Any) -> None:
            order = ("xml_declaration", "default_namespace", "method")
            text = tostring(self._root, encoding, **dict(zip(order, options, strict=False)), **named)
            if hasattr(file_or_filename, "write"):
                file_or_filename.write(text)
                return
            kind = {"mode": "w", "encoding": "utf-8"} if isinstance(text, str) else {"mode": "wb"}
            with machine.open(file_or_filename, **kind) as file:
                file.write(text)

    slot: Any = vars(Tree)["_root"]  # set so, it asks for an instance first
    Tree.__name__ = Tree.__qualname__ = "ElementTree"

    def parse(source: Any, parser: Any = None) -> Tree:
        tree = Tree()
        tree.parse(source, parser)
        return tree

    return {"ElementTree": Tree, "parse": parse}


def _parsed(machine: MachineView, source: Any, parser: Any) -> Any:
    parser = ElementTree.XMLParser() if parser is None else parser  # as the app would by itself
    if hasattr(source, "read"):
        parser.feed(source.read())
    else:
        with machine.open(source, "rb") as file:
            parser.feed(file.read())
    return parser.close()


def _below(path: str) -> str:
    return f".{path}" if path[:1] == "/" else path
