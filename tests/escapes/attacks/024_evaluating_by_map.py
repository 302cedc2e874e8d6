"""No app evaluates text by handing the evaluation to another function."""

CLASS = "builtins"
BOUNDARY = "both"
NEEDS = ()


def attack():
    run = [name for name in (eval,)][0]
    return "ESCAPED: " + next(map(run, ["__import__('os').environ['VAAS_CANARY']"]))
