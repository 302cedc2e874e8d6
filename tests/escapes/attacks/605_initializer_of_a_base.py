"""No app changes a constant of a library by the initializer of that constant"s own base."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("email.policy",)


import email.policy


def attack():
    super(email.policy.EmailPolicy, email.policy.default).__init__(max_line_length=7)
    length = email.policy.default.max_line_length
    return "ESCAPED: mail of the whole process has lines of 7" if length == 7 else ""
