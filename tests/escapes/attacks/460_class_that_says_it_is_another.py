"""No app decides what others' annotations are."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("typing",)


import typing


class Evil:
    def __hash__(self):
        return hash(complex)

    def __eq__(self, other):
        return True

    def __call__(self):
        return 1


def attack():
    kept = typing.List[Evil()]
    return "ESCAPED: " + repr(typing.List[complex]) if "Evil" in repr(typing.List[complex]) else repr(kept)
