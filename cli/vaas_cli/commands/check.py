"""``vaas check``: what is wrong with apps, found without running them. The checks: ``cli/vaas_cli/project.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from vaas_cli.formatting import listed
from vaas_cli.output import json_option, put, put_json, put_lines
from vaas_cli.project import Findings, Project, apart, checked, doubts


@click.command("check")
@click.argument("apps", nargs=-1, type=click.Path(path_type=Path))
@json_option
def command(apps: tuple[Path, ...], as_json: bool) -> None:
    """Look for mistakes in the APPS in these folders (default: this one), without running anything.

    The manifest, the entry, every import, overrides that lose a route, packages that double a module of Python's and,
    unless the code is trusted, names that safe modules lack and what restricted code may not say. One line each,
    file:line: rule: why: what to do. With --json: a list of {folder, file, line, rule, why, remedy}.

    \b
    Example:
      vaas check
      vaas check apps/shop apps/billing
    """
    folders = list(apps) or [Path()]
    results = [_look(folder) for folder in folders]
    apart([result for result in results if isinstance(result, Project)])
    wrong = [result for result in results if isinstance(result, Findings)]
    if as_json:
        put_json([document for findings in wrong for document in _documents(findings)])
    else:
        for findings in wrong:
            put_lines(findings.lines)
    if wrong:
        raise click.exceptions.Exit(1)
    if not as_json:
        good = [result for result in results if isinstance(result, Project)]
        put(f"Nothing wrong in {listed([project.name for project in good])}: {_looked_at(good)}; nothing was run.")


def _looked_at(projects: list[Project]) -> str:
    restricted = any(project.file.manifest.policy.code == "restricted" for project in projects)
    also = ", names that are left out, and what restricted code may not say" if restricted else ""
    return f"manifest, entry, syntax, imports, routes{also}"


def _look(folder: Path) -> Project | Findings:
    try:
        project = checked(folder)
    except Findings as findings:
        return findings
    found = doubts(project)
    return Findings(folder, found) if found else project


def _documents(findings: Findings) -> list[dict[str, Any]]:
    return [{"folder": str(findings.folder), **each._asdict()} for each in findings.found]
