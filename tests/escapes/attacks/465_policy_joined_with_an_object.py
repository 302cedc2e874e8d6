"""No app is handed what an object keeps under its private names by joining it to a policy of its mail."""

CLASS = "privates"
BOUNDARY = "language"
NEEDS = ("email.policy",)


import email.policy

found = []


class Names:
    def __init__(self, space):
        self._space = space


class Policy(email.policy.EmailPolicy):
    @property
    def _space(self):
        return None

    @_space.setter
    def _space(self, value):
        found.append(value)


def attack():
    variables = globals()
    Policy() + (Names(variables) if isinstance(variables, dict) else variables)
    return "ESCAPED: the variables of the module, whose built-in names are " + str(found[0]["__builtins__"])[:40]
