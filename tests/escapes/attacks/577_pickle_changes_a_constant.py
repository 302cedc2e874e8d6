"""No pickle changes an object that it did not make."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("uuid", "pickle")


import pickle
import uuid


class Made:
    def __new__(cls):
        return uuid.NAMESPACE_DNS


def attack():
    state = b"}(X\x03\x00\x00\x00intK\x05X\x07\x00\x00\x00is_safeNu"
    pickle.loads(b"\x80\x02c" + Made.__module__.encode() + b"\nMade\n)\x81" + state + b"b.")
    return "ESCAPED: the namespace is " + str(uuid.NAMESPACE_DNS) if uuid.NAMESPACE_DNS.int == 5 else ""
