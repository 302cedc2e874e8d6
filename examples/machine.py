"""The code-level virtual machine alone: a folder's code with its own environment, modules and output, in ten lines."""

from pathlib import Path

from vaas.core.policy import Policy
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.source import FolderSource, Source


class Clock:
    """Replaces the app's ``clock`` module."""

    now = staticmethod(lambda: "noon")


class Patched(FolderSource):
    """Reads the folder, but for one module."""

    def find(self, name: str) -> Source | None:
        return Source(name, "/app/words.py", b"HELLO = 'Good day'") if name == "words" else super().find(name)


def main() -> None:
    folder = Path(__file__).parent / "machine_app"
    machine = Machine(
        folder, policy=Policy(code="restricted"), env={"NAME": "Ada"}, modules={"clock": Clock}, source=Patched(folder)
    )
    print(machine.resolve("greeting:greet")())
    machine.close()


if __name__ == "__main__":
    main()
