"""Packages as they are published, in hosts: what an app's requirements bring is what it gets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.e2e.running import Running
from tests.installed import bring

MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    initial = True
"""

URLS = """
from django.contrib import admin
from django.db.migrations.loader import MigrationLoader
from django.http import JsonResponse
from django.urls import path

def found(request):
    return JsonResponse({"migrations": [name for app, name in MigrationLoader(None).disk_migrations if app == "polls"]})

urlpatterns = [path("admin/", admin.site.urls), path("migrations", found)]
"""


def django_project(folder: Path, name: str) -> None:
    """What ``django-admin startproject`` makes, with Django, in that folder."""
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True, timeout=60)
    bring(folder, "django")
    (folder / "vaas.toml").write_text(
        f'name = "{name}"\nentry = "mysite.wsgi:application"\ncode = "trusted"\n[limits]\nstart = "60s"\n'
    )


def test_a_new_django_project_starts_unchanged_and_serves_its_admin_s_login_page(platform: Running):
    folder = platform.home / "apps" / "django-new"
    django_project(folder, "django-new")
    platform.vaas("deploy", str(folder), "--grant")
    answer = platform.get("/django-new/admin/login/")
    assert (answer.status_code, "Django administration" in answer.text) == (200, True)
    assert 'name="csrfmiddlewaretoken"' in answer.text


def test_django_finds_the_migrations_of_the_app_s_own_packages(platform: Running):
    folder = platform.home / "apps" / "django-polls"
    django_project(folder, "django-polls")
    with (folder / "mysite" / "settings.py").open("a") as settings:
        settings.write('INSTALLED_APPS += ["polls"]\n')
    (folder / "mysite" / "urls.py").write_text(URLS)
    (folder / "polls" / "migrations").mkdir(parents=True)
    for file in ("polls/__init__.py", "polls/models.py", "polls/migrations/__init__.py"):
        (folder / file).write_text("")
    (folder / "polls" / "migrations" / "0001_initial.py").write_text(MIGRATION)
    platform.vaas("deploy", str(folder), "--grant")
    answer = platform.get("/django-polls/migrations")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"migrations": ["0001_initial"]}


PLUGINS = """
import importlib
import pkgutil

import vaas
import plugins
from jinja2 import Environment, PackageLoader

FOUND = [importlib.import_module(f"plugins.{name}").NAME for _, name, _ in pkgutil.iter_modules(plugins.__path__)]
PAGES = Environment(loader=PackageLoader("plugins", "pages"))

@vaas.app
class App:
    @vaas.get("/")
    def found(self):
        return {"plugins": FOUND, "page": PAGES.get_template("hello.html").render(name="Ada")}
"""


@pytest.mark.parametrize("code", ["restricted", "trusted"])
def test_plugins_and_templates_are_found_in_the_app_s_own_packages(platform: Running, code: str):
    name = f"plugins-{code}"
    folder = platform.app(name, PLUGINS, f'code = "{code}"\n[permissions]\nmodules = ["jinja2"]\n')
    (folder / "plugins" / "pages").mkdir(parents=True)
    for file, text in (("__init__.py", ""), ("one.py", "NAME = 1"), ("pages/hello.html", "Hello {{ name }}")):
        (folder / "plugins" / file).write_text(text)
    bring(folder, "jinja2")
    platform.vaas("deploy", str(folder), "--grant")
    assert platform.get(f"/{name}/").json() == {"plugins": [1], "page": "Hello Ada"}


STRUCTS = """
import msgspec
import vaas

class Order(msgspec.Struct):
    item: str
    count: int = 1

@vaas.app
class App:
    @vaas.post("/")
    async def order(self, body: Order) -> Order:
        return body

    @vaas.post("/many")
    async def many(self, body: list[Order]):
        return {"orders": body}

    @vaas.get("/whose")
    async def whose(self):
        return msgspec.__file__.split("/")[-3] if hasattr(msgspec, "__file__") else type(Order("x")).__name__
"""


@pytest.mark.parametrize("code", ["trusted"])
def test_structs_of_the_msgspec_that_an_app_brings_are_bodies_and_answers(platform: Running, code: str):
    name = f"structs-{code}"
    folder = platform.app(name, STRUCTS, f'code = "{code}"\n[permissions]\nmodules = ["msgspec"]\n')
    bring(folder, "msgspec")
    platform.vaas("deploy", str(folder), "--grant")
    assert platform.get(f"/{name}/whose").text == "_vendor"
    assert httpx.post(f"{platform.gateway}/{name}/", json={"item": "cup"}).json() == {"item": "cup", "count": 1}
    assert httpx.post(f"{platform.gateway}/{name}/many", json=[{"item": "cup", "count": 2}]).json() == {
        "orders": [{"item": "cup", "count": 2}]
    }
    misfit = httpx.post(f"{platform.gateway}/{name}/many", json=[{"item": "cup"}, {"item": "cup", "count": "two"}])
    assert misfit.status_code == 422
    assert "[1].count" in misfit.text


FASTAPI = """
import starlette
from fastapi import FastAPI

app = FastAPI()

@app.get("/")
def whose():
    return starlette.__file__.split("/")[-3]
"""


def test_fastapi_runs_on_the_starlette_that_the_app_brings(platform: Running):
    folder = platform.app(
        "fast",
        FASTAPI,
        'entry = "app:app"\ncode = "trusted"\n[limits]\nstart = "60s"\n[permissions]\nmodules = ["*"]\n',
    )
    bring(folder, "fastapi")
    platform.vaas("deploy", str(folder), "--grant")
    assert platform.get("/fast/").json() == "_vendor"


@pytest.mark.parametrize("name", ["starlette", "uvicorn", "msgspec", "anyio", "click"])
@pytest.mark.parametrize("code", ["restricted", "trusted"])
def test_no_app_starts_by_a_package_that_only_the_platform_has(platform: Running, name: str, code: str):
    manifest = f'code = "{code}"\n[permissions]\nmodules = ["{name}"]\n'
    folder = platform.app(f"lacks-{name}-{code}", f"import {name}\nimport vaas\n@vaas.app\nclass App: ...\n", manifest)
    said = platform.vaas("deploy", str(folder), "--grant", ok=False)
    assert said.returncode == 1
    assert f"there is no module '{name}'" in said.stdout + said.stderr


CHILDREN = """
import multiprocessing
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import joblib
import shop.models

class Point:
    def __init__(self, x):
        self.x = x

def moved(point):
    return Point(point.x + 1)

def pool(kind):
    with multiprocessing.get_context(kind).Pool(2) as it:
        return [found.x for found in it.map(moved, [Point(1), Point(2)])] + it.map(shop.models.double, [4])

def executor(kind):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(kind)) as it:
        return [found.x for found in it.map(moved, [Point(1), Point(2)])] + [*it.map(shop.models.double, [4])]

def memory(kind):
    keep = joblib.Memory("/data/kept", verbose=0).cache(moved)
    double = joblib.delayed(shop.models.double)
    return [keep(Point(n)).x for n in (1, 2)] + joblib.Parallel(2, backend=kind)([double(4)])

def program(kind):
    code = "import joblib, shop.models; print(shop.models.double(4))"
    return [2, 3, int(subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE).stdout)]

def app(environ, start_response):
    _, name, kind = environ["PATH_INFO"].split("/")
    start_response("200 OK", [])
    return [repr(globals()[name](kind)).encode()]
"""

WAYS = [
    "pool/fork",
    "pool/spawn",
    "executor/fork",
    "executor/spawn",
    "memory/loky",
    "memory/multiprocessing",
    "program/x",
]


@pytest.fixture(scope="module")
def children(platform: Running) -> str:
    manifest = 'entry = "app:app"\ncode = "trusted"\n[permissions]\nmodules = ["*"]\nsubprocess = true\n'
    limits = '[limits]\nmemory = "1GB"\ntimeout = "90s"\nstart = "60s"\n'
    folder = platform.app("children", CHILDREN, manifest + limits)
    (folder / "src" / "shop").mkdir(parents=True)
    (folder / "src" / "shop" / "__init__.py").write_text("")
    (folder / "src" / "shop" / "models.py").write_text("def double(n):\n    return 2 * n\n")
    bring(folder, "joblib")
    platform.vaas("deploy", str(folder), "--grant")
    return f"{platform.gateway}/children"


@pytest.mark.parametrize("way", WAYS)
def test_children_import_the_app_s_modules_and_packages(children: str, way: str):
    answer = httpx.get(f"{children}/{way}", timeout=90)
    assert (answer.status_code, answer.text) == (200, "[2, 3, 8]")


LIBRARY = """
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import msgspec
import vaas

@vaas.app
class App:
    @vaas.get("/")
    def found(self):
        return {"where": msgspec.__file__.split("/")[-3], "works": msgspec.json.decode(b"[1]")}
"""


def test_packages_that_an_app_has_installed_in_a_folder_of_its_own_are_found(platform: Running):
    folder = platform.app("lambda-like", LIBRARY, 'code = "trusted"\n[permissions]\nmodules = ["*"]\n')
    bring(folder, "msgspec")
    (folder / "_vendor").rename(folder / "lib")
    platform.vaas("deploy", str(folder), "--grant")
    assert platform.get("/lambda-like/").json() == {"where": "lib", "works": [1]}
