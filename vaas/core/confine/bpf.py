"""A very small assembler for classic BPF, with labels, so that no jump can be off by one.

Pure: instructions in, bytes out. A ``Program`` may leave one constant open (the process's own id), so that it is
assembled once in the zygote and only completed in each host. Next: ``rules.py``, what is allowed, and ``seccomp.py``,
which compiles it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from vaas.core.errors import VaasError

_INSTRUCTION = struct.Struct("=HBBI")
"""``struct sock_filter`` of linux/filter.h: code, jump if true, jump if false, constant."""

_CONSTANT_AT = 4
"""Where in an instruction its constant stands."""

_FURTHEST = 255
"""A conditional jump's distance is one byte."""


class Op(IntEnum):
    """The instructions needed, by their codes in linux/bpf_common.h."""

    LOAD = 0x20
    """Accumulator = the word at this offset of the data."""
    AND = 0x54
    JUMP = 0x05
    IF_EQUAL = 0x15
    IF_AT_LEAST = 0x35
    RETURN = 0x06


class JumpTooFar(VaasError):
    """The jump to {label} spans {distance} instructions and a filter's jumps span {furthest}: split the filter."""


class Open:
    """Stands for a constant that is known later only."""


OPEN = Open()


@dataclass(frozen=True)
class _Instruction:
    op: Op
    constant: int | Open = 0
    target: str = ""
    """Where to go on: if equal or at least; otherwise the next instruction follows."""


@dataclass(frozen=True)
class Program:
    """Assembled, with the places of the open constants."""

    code: bytes
    open: tuple[int, ...]

    def complete(self, constant: int) -> bytes:
        """The program with ``constant`` in every open place."""
        code = bytearray(self.code)
        for offset in self.open:
            struct.pack_into("=I", code, offset, constant)
        return bytes(code)


class Assembler:
    """Collects instructions and labels; ``assemble`` turns labels into distances."""

    def __init__(self) -> None:
        self._instructions: list[_Instruction] = []
        self._labels: dict[str, int] = {}

    def label(self, name: str) -> None:
        """What comes next is called ``name``; a name is given once."""
        if name in self._labels:
            raise ValueError(f"the label {name} is given twice")
        self._labels[name] = len(self._instructions)

    def load(self, offset: int) -> None:
        self._add(Op.LOAD, offset)

    def mask(self, bits: int) -> None:
        self._add(Op.AND, bits)

    def jump(self, target: str) -> None:
        self._add(Op.JUMP, 0, target)

    def jump_if_equal(self, constant: int | Open, target: str) -> None:
        self._add(Op.IF_EQUAL, constant, target)

    def jump_if_at_least(self, constant: int, target: str) -> None:
        self._add(Op.IF_AT_LEAST, constant, target)

    def answer(self, value: int) -> None:
        self._add(Op.RETURN, value)

    def assemble(self) -> Program:
        """Raises ``JumpTooFar``, and ``KeyError`` for a label that nowhere stands. Jumps go forward only."""
        code = b"".join(self._encode(place, instruction) for place, instruction in enumerate(self._instructions))
        places = (place for place, each in enumerate(self._instructions) if isinstance(each.constant, Open))
        return Program(code, tuple(place * _INSTRUCTION.size + _CONSTANT_AT for place in places))

    def _add(self, op: Op, constant: int | Open, target: str = "") -> None:
        self._instructions.append(_Instruction(op, constant, target))

    def _encode(self, place: int, instruction: _Instruction) -> bytes:
        constant = 0 if isinstance(instruction.constant, Open) else instruction.constant
        if not instruction.target:
            return _INSTRUCTION.pack(instruction.op, 0, 0, constant)
        distance = self._labels[instruction.target] - place - 1
        if instruction.op is Op.JUMP:
            return _INSTRUCTION.pack(instruction.op, 0, 0, distance)
        if distance > _FURTHEST:
            raise JumpTooFar(label=instruction.target, distance=distance, furthest=_FURTHEST)
        return _INSTRUCTION.pack(instruction.op, distance, 0, constant)
