"""No app learns from the memo of deepcopy() what an object beside its own keeps to itself."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("copy", "email.message")


import copy
import email.message

seen = []


class Spy:
    def __deepcopy__(self, memo):
        seen.append(memo)
        return self


def attack():
    message = email.message.Message()
    message["Subject"] = "x"
    copy.deepcopy([message, Spy()])
    originals = [it for kept in seen[0].values() if isinstance(kept, list) for it in kept]
    private = [it for it in originals if isinstance(it, dict) and "_headers" in it]
    return "ESCAPED: the variables of a message: " + ", ".join(private[0]) if private else ""
