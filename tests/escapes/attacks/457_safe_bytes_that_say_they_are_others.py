"""No app lets through what others quote."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("urllib.parse",)


from urllib.parse import quote


class Safe(bytes):
    def __hash__(self):
        return hash(b"/")

    def __eq__(self, other):
        return True


class Evil(str):
    def encode(self, *how):
        return Safe(b"/<>")


def attack():
    for number in range(200):
        quote("?", safe=chr(33 + number % 90) + chr(33 + number // 90))
    quote("x?", safe=Evil("/"))
    return "ESCAPED: quoted, it is " + quote("<script>") if "<" in quote("<script>") else ""
