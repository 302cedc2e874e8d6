"""``types`` for restricted code: the types of code, frames, modules and functions, to tell instances and to annotate.

The real ones are tools: a function made of code, or a module, is what no guard has seen.
"""

from __future__ import annotations

import types
from typing import Any

from vaas.core.restrict.safe_type import shadow
from vaas.core.words import words

_TOLD = words(
    """TracebackType FrameType CodeType ModuleType FunctionType LambdaType BuiltinFunctionType BuiltinMethodType
    WrapperDescriptorType MethodWrapperType MethodDescriptorType ClassMethodDescriptorType GetSetDescriptorType
    MemberDescriptorType CellType"""
)

NAMES: dict[str, Any] = {name: shadow(getattr(types, name)) for name in _TOLD}
