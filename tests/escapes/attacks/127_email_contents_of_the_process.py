"""No app is called with the contents of others" mail."""

CLASS = "mutation"
BOUNDARY = "language"
NEEDS = ("email", "email.policy", "email.message")


import email.message
import email.policy


def attack():
    heard = []
    email.policy.default.content_manager.add_get_handler("text/plain", lambda message: heard.append(message) or "owned")
    message = email.message.EmailMessage()
    message.set_content("another app's letter")
    return "ESCAPED: " + message.get_content() + " " + heard[0].as_string()[-22:]
