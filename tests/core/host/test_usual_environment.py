"""What programs count on in the environment."""

from __future__ import annotations

import pytest

from vaas.core.host.usual_environment import usual_environment
from vaas.core.policy import Policy
from vaas.core.spec import HostSpec

REAL = HostSpec("shop", "v1", "/srv/bundle", "/srv/data", "/srv/tmp", policy=Policy(code="trusted"))


def test_home_and_caches_lie_where_they_are_kept() -> None:
    found = usual_environment(REAL)
    assert (found["HOME"], found["XDG_CACHE_HOME"], found["TMPDIR"]) == ("/srv/data", "/srv/data/.cache", "/srv/tmp")
    assert (found["LANG"], found["USER"]) == ("C.UTF-8", "app")


@pytest.mark.parametrize(
    ("code", "places"),
    [("trusted", ["/srv/bundle", "/srv/data", "/srv/tmp"]), ("restricted", ["/app", "/data", "/tmp"])],
)
def test_an_app_is_told_where_its_folders_are(code: str, places: list[str]) -> None:
    found = usual_environment(HostSpec("shop", "v1", REAL.folder, REAL.data, REAL.tmp, policy=Policy(code=code)))  # type: ignore[arg-type]
    assert [found[f"VAAS_{name}_DIR"] for name in ("APP", "DATA", "TMP")] == places


def test_an_app_without_data_is_at_home_in_its_temporary_folder() -> None:
    assert (
        usual_environment(HostSpec("shop", "v1", "/srv/bundle", "", "/srv/tmp", policy=REAL.policy))["HOME"]
        == "/srv/tmp"
    )
