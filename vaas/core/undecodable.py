"""What msgspec raises for bytes that are not what they should be: its own errors and, for a text in them that is not
UTF-8, Python's ``UnicodeDecodeError``. Whoever decodes what others wrote catches both."""

from __future__ import annotations

import msgspec

UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError)
