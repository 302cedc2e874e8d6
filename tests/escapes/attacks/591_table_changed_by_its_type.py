"""No app changes a library"s table by the methods of dict itself."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("email.policy", "email.message")


import email.message
import email.policy


def attack():
    manager = email.policy.EmailPolicy.content_manager
    dict.__setitem__(manager.get_handlers, "text", lambda message: "spoilt")
    message = email.message.EmailMessage()
    message.set_content("x")
    return "ESCAPED: " + message.get_content() if message.get_content() == "spoilt" else ""
