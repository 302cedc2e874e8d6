"""``vaas deploy``: checks the folders, deploys each, and says what became of it. The work:
``cli/vaas_cli/deploying.py``."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, NamedTuple

import click

from vaas.core.units import format_seconds
from vaas.platform.bundle_format.build_layer import Where
from vaas_cli.build_target import OnThePlatform, where_built
from vaas_cli.client import Client, connect
from vaas_cli.deploy_report import answering, await_outcome, lines, who_answers
from vaas_cli.deploying import Deployed, Order, deploy
from vaas_cli.interrupted import not_begun, released, told_if_interrupted
from vaas_cli.output import ask, is_attended, json_option, note, note_lines, put_json, put_lines
from vaas_cli.progress import Progress
from vaas_cli.project import Findings, Project, apart, checked, doubts, left_out


class How(NamedTuple):
    order: Order
    where: Where
    """For what packages are installed."""
    verbose: bool
    as_json: bool


@click.command("deploy")
@click.argument("apps", nargs=-1, type=click.Path(path_type=Path))
@click.option("-m", "--message", default="", help="What is new, for the list of releases.")
@click.option("--no-traffic", is_flag=True, help="Start it, but let the release before it go on answering.")
@click.option("--grant", is_flag=True, help="Grant the app all that it asks for, if you may.")
@click.option("--python-platform", default="", help="Packages for this system, as uv names it; else the platform's.")
@click.option("--python-version", default="", help="Packages for this version of Python; else the platform's.")
@click.option("--build", is_flag=True, help="Have the platform install the packages: this machine is another kind.")
@click.option("-v", "--verbose", is_flag=True, help="Show how long each step took.")
@json_option
def command(
    apps: tuple[Path, ...],
    message: str,
    no_traffic: bool,
    grant: bool,
    python_platform: str,
    python_version: str,
    build: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Deploy the APPS in these folders (default: this one).

    Packs, uploads and releases each, waits until it answers, and prints where. A release that does not start is shown
    with its traceback and never gets traffic; the one before it goes on answering. The same bundle again is a no-op
    that says so. On a terminal it asks whether to grant what the app asks for.

    \b
    Example:
      vaas deploy -m "new prices"
      vaas deploy apps/shop apps/billing --grant
      vaas deploy --no-traffic --verbose --json
    """
    client = connect()
    if build and (python_platform or python_version):
        raise click.UsageError("--build takes the platform's own Python and system.")
    where = OnThePlatform(client) if build else where_built(client, python_version, python_platform)
    how = How(Order(message, not no_traffic, grant), where, verbose, as_json)
    with Progress() as progress:
        progress.step("check", "checking")
        projects = _checked(list(apps) or [Path()], how.where)
    results = _deploy_each(client, projects, how)
    if as_json:
        put_json([_document(deployed) for deployed in results])
    if any(deployed.state != "ready" for deployed in results):
        raise click.exceptions.Exit(1)


def _checked(folders: list[Path], where: Where) -> list[Project]:
    """All of them, or every mistake in any of them: half a deploy is no use."""
    projects, wrong = [], []
    for folder in folders:
        try:
            projects.append(checked(folder, where))
        except Findings as error:
            wrong.append(error)
    if wrong:
        note_lines(line for findings in wrong for line in findings.lines)
        raise click.exceptions.Exit(1)
    for project in projects:
        for doubt in doubts(project, where):
            note(f"warning: {doubt.told(project.folder)}")
    return apart(projects)


def _deploy_each(client: Client, projects: list[Project], how: How) -> list[Deployed]:
    first, *others = projects
    names = [each.name for each in others]
    with told_if_interrupted(lambda: not_begun(names)) if names else contextlib.nullcontext():
        deployed = _deploy(client, first, how)
    return [deployed, *(_deploy_each(client, others, how) if others else [])]


def _deploy(client: Client, project: Project, how: How) -> Deployed:
    with Progress() as progress:
        deployed = deploy(client, project, how.order, progress, how.where)
    if deployed.state == "waiting" and deployed.may_grant and is_attended():
        deployed = _offer_grant(client, deployed)
    if not how.as_json:
        _tell(deployed)
    if deployed.created and (databases := left_out(project)):
        names = ", ".join(databases)
        note(
            f"Not in the bundle: {names}. An app keeps its data in /data; `include` in {project.file.file} can name it."
        )
    if how.verbose:
        note("  " + ", ".join(f"{step} {format_seconds(seconds)}" for step, seconds in _steps(deployed).items()))
    return deployed


def _offer_grant(client: Client, deployed: Deployed) -> Deployed:
    note_lines(lines(deployed))
    with told_if_interrupted(lambda: released(client, deployed.name, deployed.number)), Progress() as progress:
        if not ask(f"Grant this to {deployed.name}?"):
            return deployed
        client.send("POST", "apps", deployed.name, "grants", body={"release": deployed.number})
        release = await_outcome(client, deployed.name, deployed.number, progress)
    app = client.get("apps", deployed.name)
    return deployed._replace(created=True, release=release, app=app, answering=answering(client, deployed.name))


def _tell(deployed: Deployed) -> None:
    if deployed.state == "ready":
        put_lines(lines(deployed))
        return
    note_lines(lines(deployed))
    if deployed.state == "waiting":
        grant = f"`vaas grant {deployed.name} --release v{deployed.number}`"
        ways = f"`vaas deploy --grant`, or {grant}" if deployed.may_grant else f"by an owner of it or an admin, {grant}"
        note(f"It takes no traffic until that is granted: {ways}.")
    note(who_answers(deployed.answering))


def _steps(deployed: Deployed) -> dict[str, float]:
    """Ours first, then those of the node, which happen while we wait."""
    return {**deployed.steps, **{f"node {step}": taken for step, taken in deployed.outcome.get("steps", {}).items()}}


def _document(deployed: Deployed) -> dict[str, Any]:
    return {
        "app": deployed.name,
        "created": deployed.created,
        "url": deployed.app["url"],
        "seconds": deployed.seconds,
        "steps": deployed.steps,
        "release": deployed.release,
    }
