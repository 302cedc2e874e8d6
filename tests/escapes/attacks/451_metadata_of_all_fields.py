"""No app adds to what stands beside every field of everybody's dataclasses."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("dataclasses",)


import dataclasses


class Evil:
    def __eq__(self, table):
        table["owned"] = True
        return True


@dataclasses.dataclass
class Mine:
    x: int


@dataclasses.dataclass
class Other:
    y: int


def attack():
    dataclasses.fields(Mine)[0].metadata == Evil()
    return "ESCAPED: " + str(dataclasses.fields(Other)[0].metadata) if dataclasses.fields(Other)[0].metadata else ""
