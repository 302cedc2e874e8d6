"""Building a layer on the platform: which lines it takes, and the answer.

They come from anyone who may upload, so they are packages by their names and nothing else: no option, no address, no
path. Done by ``node/layer_builder.py``.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import Meta

from vaas.core.errors import InvalidInput
from vaas.platform.bundle_format.build_layer import Facts
from vaas.platform.control.services import Builder

LINE = re.compile(
    r"[A-Za-z0-9][\w.-]*\s*(?:\[[\w.,\s-]*\])?\s*(?:[<>=!~][\w.*+!,<>=~\s-]*)?"
    r"(?:\s--hash[=\s]sha(?:256|384|512):[0-9a-f]+)*\s*(?:;[\w.\s\"'<>=!~()*+-]*(?:\s--hash[=\s]sha(?:256|384|512):[0-9a-f]+)*)?"
)
MOST, LONGEST = 5_000, 100_000
"""Lines, and characters of one, at most: a package with hashes of a hundred wheels has 8,000."""


class BuildOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: Annotated[list[Annotated[str, Meta(max_length=LONGEST)]], Meta(min_length=1, max_length=MOST)]
    """Of a requirements file: names with versions, extras, markers and hashes."""


class LineRefused(InvalidInput):
    """The platform builds packages of its index, by their names, and not {line!r}. Build on a machine like the node's,
    without --build."""


async def build_layer(builder: Builder, order: BuildOrder) -> Facts:
    """Raises ``LineRefused``, and what building raises."""
    for line in order.lines:
        if not LINE.fullmatch(line):
            raise LineRefused(line=line[:200])
    return await builder.build(order.lines)
