"""What Ctrl-C leaves behind of a deploy, in words: nothing, or a release that the platform goes on starting.

Used by ``deploying.py`` and ``deploy``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import click

from vaas.core.errors import VaasError
from vaas_cli.client import Client
from vaas_cli.deploy_report import answering, who_answers
from vaas_cli.formatting import listed
from vaas_cli.output import note


@contextlib.contextmanager
def told_if_interrupted(words: Callable[[], str]) -> Iterator[None]:
    """A Ctrl-C within it says these words before it goes on its way; a second one does not wait for them."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):  # the latter from a question
        note(words())
        raise


def nothing_released(app: str) -> str:
    return f"Stopped: nothing of {app} was released. What answered before goes on answering."


def perhaps_released(app: str) -> str:
    return f"Stopped while {app} was being released: `vaas releases {app}` says whether it was."


def not_begun(apps: list[str]) -> str:
    """Of those that were to follow."""
    return f"Not begun: {listed(apps)}."


def released(client: Client, app: str, number: int) -> str:
    """Whether that release will go live, as the platform sees it now."""
    client.close()  # what it was waiting for will not be read
    try:
        release = client.get("apps", app, "releases", number)
        is_followed = release["traffic"] and client.get("apps", app, "traffic")["mode"] == "latest"
        shares = answering(client, app)
    except VaasError:
        return f"Stopped waiting. {app} v{number} is released: `vaas releases {app}` says what becomes of it."
    state = (release["outcome"] or {"state": "starting"})["state"]
    words = [f"Stopped waiting. {_fate(app, number, state, is_followed)}"]
    if state != "ready" and shares:
        words.append(who_answers(shares))
    if state == "starting" and is_followed and len(shares) == 1:
        words.append(f"`vaas traffic {app} lock v{next(iter(shares))}` keeps it so.")
    return " ".join(words)


def _fate(app: str, number: int, state: str, is_followed: bool) -> str:
    name = f"{app} v{number}"
    if state == "failed":
        return f"{name} has failed to start: `vaas releases {app}` says why."
    if state == "waiting":
        return f"{name} takes no traffic until what it asks for is granted: `vaas grant {app} --release v{number}`."
    if state == "ready":
        return f"{name} is ready{' and answers' if is_followed else ', without traffic'}."
    if is_followed:
        return f"{name} goes on starting on the platform, and goes live as soon as it has started."
    return f"{name} goes on starting on the platform, and gets no traffic: `vaas traffic {app} latest` would give it."
