"""No app decides how others" mail headers are parsed."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("email", "email.policy", "email.message")


import email.message
import email.policy


class Evil:
    max_count = None

    def parse(text, kwds):
        kwds["decoded"] = "owned"
        kwds["parse_tree"] = None

    parse = staticmethod(parse)


def attack():
    email.policy.default.header_factory.map_to_type("x-secret", Evil)
    message = email.message.EmailMessage()
    message["X-Secret"] = "mine"
    return "ESCAPED: the header says " + str(message["X-Secret"])
