"""An app's folder on this machine: its manifest, what is wrong with it, and its bundle.

Nothing of the app is run here. Used by ``check``, ``deploy`` and ``dev``.
"""

from __future__ import annotations

import sys
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vaas.core.errors import InvalidInput, NotFound
from vaas.platform.manifest.lines import key_lines
from vaas.platform.manifest.reader import OWN, PROJECT, REQUIREMENTS, ManifestFile, ManifestInvalid, read_manifest

if TYPE_CHECKING:
    from vaas.platform.bundle_format.build_layer import Where


class FolderMissing(NotFound):
    """There is no folder {folder}. Give the folder of an app; `vaas init {folder}` makes a new one."""


class NamedTwice(InvalidInput):
    """Both {first} and {second} name their app {app}. Give one of them another `name` in its manifest."""


class Finding(NamedTuple):
    """One thing to change, and how."""

    file: str
    line: int
    """0: it is about no line in particular."""
    rule: str
    why: str
    remedy: str

    def told(self, folder: Path) -> str:
        place = str(shown(folder / self.file)) + (f":{self.line}" if self.line else "")
        return f"{place}: {self.rule}: {self.why}: {self.remedy}"


class Project(NamedTuple):
    folder: Path
    file: ManifestFile

    @property
    def name(self) -> str:
        return self.file.manifest.name


class Findings(InvalidInput):
    """{listing}"""

    def __init__(self, folder: Path, found: list[Finding]) -> None:
        self.folder = folder
        self.found = found
        self.lines = [each.told(folder) for each in found]
        super().__init__(listing="\n".join(self.lines))


def read(folder: Path) -> Project:
    """Raises ``FolderMissing``, ``Findings`` with all that is wrong with the manifest."""
    if not folder.is_dir():
        raise FolderMissing(folder=shown(folder))
    try:
        return Project(folder, read_manifest(folder))
    except ManifestInvalid as error:
        found = [
            Finding(each.file, each.line, each.key or "manifest", each.why, each.remedy) for each in error.problems
        ]
        raise Findings(folder, found) from error


def checked(folder: Path, where: Where | None = None) -> Project:
    """A project whose code has nothing against it either; ``where`` says for what its packages are installed.

    Raises ``FolderMissing``, ``Findings``.
    """
    from vaas.platform.bundle_format.installer import InstallFailed

    project = read(folder)
    try:
        found = violations(project, where)
    except InstallFailed as error:
        if not (found := needless_requirements(project)):
            raise
        raise Findings(folder, found) from error
    if found:
        raise Findings(folder, found)
    return project


def apart(projects: list[Project]) -> list[Project]:
    """The same, if no two have the same name. Raises ``NamedTwice``."""
    seen: dict[str, Path] = {}
    for project in projects:
        first = seen.setdefault(project.name, project.folder)
        if first != project.folder:
            raise NamedTwice(first=shown(first), second=shown(project.folder), app=project.name)
    return projects


def violations(project: Project, where: Where | None = None) -> list[Finding]:
    """Every place of the bundle's own code that would be refused: syntax, imports, what restricted code may not do."""
    # RestrictedPython: not for --help.
    from vaas.core.virtual.checks.folder import Contents, check_folder, entry_problem

    folder, policy = str(project.folder), project.file.manifest.policy
    contents = Contents(("vaas",), _installed(project, where), _not_bundled(project), project.file.manifest.entry)
    found = [Finding(*astuple(each)) for each in check_folder(folder, policy, contents)]
    why, remedy = entry_problem(folder, policy, contents)
    return [*([Finding(project.file.file, _entry_line(project), "entry", why, remedy)] if why else []), *found]


def doubts(project: Project, where: Where | None = None) -> list[Finding]:
    """What a start is not refused for, and is seldom meant."""
    return [*lost_routes(project), *doubled_modules(project, where)]


def lost_routes(project: Project) -> list[Finding]:
    """Overrides that are no routes any more."""
    from vaas.core.virtual.checks.folder import parsed_files
    from vaas.framework.authoring.lost_routes import lost_in

    found = lost_in(parsed_files(str(project.folder), _not_bundled(project)))
    return [Finding(each.file, each.line, "lost-route", each.why, each.remedy) for each in found]


def doubled_modules(project: Project, where: Where | None = None) -> list[Finding]:
    """Modules that the app's packages bring and Python has itself, such as those of old backports. Python's are
    imported, here as elsewhere."""
    why = "a package brings the module {}, which Python has itself; Python's is what is imported"
    remedy = "leave the package out, or do without what only its version has"
    doubled = sorted(_installed(project, where) & sys.stdlib_module_names)
    return [_about_requirement(project, name, why.format(name), remedy) for name in doubled]


def needless_requirements(project: Project) -> list[Finding]:
    """Requirements, which could not be installed, that are called as modules of Python's library are."""
    from vaas.core.virtual.distributions import named

    names = [named(line).replace("-", "_") for line in project.file.requirements.splitlines()]
    why = "{} is a module of Python's own library, which every app has"
    return [
        _about_requirement(project, name, why.format(name), "leave it out")
        for name in names
        if name in sys.stdlib_module_names
    ]


def _about_requirement(project: Project, module: str, why: str, remedy: str) -> Finding:
    """With its line, where one of that name is listed."""
    from vaas.core.virtual.distributions import named, normal

    listed = project.folder / REQUIREMENTS
    lines = listed.read_text("utf-8-sig").splitlines() if listed.is_file() else []
    line = next((number for number, text in enumerate(lines, 1) if named(text) == normal(module)), 0)
    return Finding(REQUIREMENTS if lines else PROJECT, line, "library-module", why, remedy)


def _entry_line(project: Project) -> int:
    """0 if the manifest has no entry."""
    path = ("entry",) if project.file.file == OWN else ("tool", "vaas", "entry")
    return key_lines((project.folder / project.file.file).read_text()).get(path, 0)


def _not_bundled(project: Project) -> frozenset[str]:
    """Python files that the manifest's patterns leave out."""
    from vaas.platform.bundle_format.selection import selected

    files = {path.relative_to(project.folder).as_posix() for path in project.folder.rglob("*.py")}
    return frozenset(files - selected(project.folder, project.file).keys())


def left_out(project: Project) -> list[str]:
    """The databases that stay on this machine although no pattern says so."""
    from vaas.platform.bundle_format.selection import databases_left_out

    return databases_left_out(project.folder, project.file)


def _installed(project: Project, where: Where | None) -> frozenset[str]:
    """The modules that the app's dependencies bring into its layer."""
    from vaas.platform.bundle_format.build_layer import layer_of

    folder, requirements = project.folder, project.file.requirements
    layer = layer_of(folder, requirements, where=where) if where else layer_of(folder, requirements)
    return layer.modules if layer else frozenset()


def shown(path: Path) -> Path:
    """As short as it can be said from where the person stands."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
