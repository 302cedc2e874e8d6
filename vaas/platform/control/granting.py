"""Who may grant, and what may be granted at all: asked of every change that gives an app a permission.

There are three: a grant, a deploy that grants what it asks for, and a revert to settings that granted more. Each names
the grants before and after; what was gained needs the right ``grant`` and must not be denied by the platform's policy
(``manifest/grant_policy.py``). Used by ``releases.py`` and ``settings.py``.
"""

from __future__ import annotations

from vaas.core.errors import NotAllowed
from vaas.core.pace import aside
from vaas.core.policy import Policy
from vaas.platform.auth.tokens import Identity
from vaas.platform.control.platform_settings import read_policy
from vaas.platform.manifest import grants
from vaas.platform.manifest.grant_policy import denied
from vaas.platform.records.records import Grants
from vaas.platform.store.interface import Check, Store


class GrantDenied(NotAllowed):
    """This platform grants {grant} to no app: `platform.grants.deny` has {rule}. Ask for less in vaas.toml, or have an
    admin change that (`vaas settings --platform`)."""


def gained(before: Grants, after: Grants) -> Grants | None:
    """What is granted after and not before."""
    return grants.missing(Policy(code=after.code, permissions=after.permissions), before)


async def check_gain(store: Store, who: Identity, app: str, before: Grants, after: Grants) -> list[Check]:
    """What must hold at the commit. Raises ``RightMissing`` and ``GrantDenied``."""
    more = await aside(gained, before, after)
    if more is None:
        return []
    who.require("grant", app)
    policy, unchanged = await read_policy(store)
    for grant, rule in await aside(denied, more, policy.grants_deny, policy.grants_allow):
        raise GrantDenied(grant=grant, rule=rule)
    return [unchanged]
