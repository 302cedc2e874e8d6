"""Packages as they are published, in hosts: what an app's requirements bring is what it gets."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.running import Running
from tests.installed import bring


@pytest.fixture(scope="module")
def django_project(platform: Running) -> Running:
    """What ``django-admin startproject`` has made, as it is."""
    folder = platform.home / "apps" / "mysite"
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True, timeout=60)
    bring(folder, "django")
    (folder / "vaas.toml").write_text(
        'name = "mysite"\nentry = "mysite.wsgi:application"\ncode = "trusted"\n[permissions]\nmodules = ["*"]\n'
    )
    platform.vaas("deploy", str(folder), "--grant")
    return platform


def test_a_new_django_project_starts_unchanged_and_serves_its_admin_s_login_page(django_project: Running):
    answer = django_project.get("/mysite/admin/login/")
    assert (answer.status_code, "Django administration" in answer.text) == (200, True)
    assert 'name="csrfmiddlewaretoken"' in answer.text
