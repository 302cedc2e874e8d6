"""Numbers, chance, digests, and structures of plain values."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, free_alike

_COMPUTES = "it computes with values that it is given"

RULES = (
    *free_alike("bisect heapq math statistics", _COMPUTES, preload=True),
    *free_alike("cmath colorsys", _COMPUTES),
    free("array", "the real one writes past its end when a value shrinks it", shown="", added="safe_array"),
    free(
        "decimal",
        "its ready-made contexts are shared and can be changed",
        dropped="DefaultContext BasicContext ExtendedContext",
        settable="decimal.Context",
        preload=True,
    ),
    free("fractions", _COMPUTES, patches="caches:arm_fractions", preload=True),
    free("hashlib", "it computes digests", also="scrypt", preload=True),
    free("hmac", "it computes digests", instance_only={"hmac.HMAC": "copy"}, preload=True),
    free(
        "random",
        "its functions are methods of a generator, of which each app has one of its own",
        instance_only={"random.Random": "gauss seed setstate"},
        preload=True,
    ),
    free("secrets", "it gives random bytes of the kernel's", preload=True),
    free("struct", "its functions keep formats by plain keys", builder="own_state:struct_", preload=True),
)
