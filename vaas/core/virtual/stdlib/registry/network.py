"""Addresses and protocols of the network."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free, never, on_grant

RULES = (
    free("http", "it holds constants", preload=True),
    free("http.cookies", "it computes with text that it is given", settable="http.cookies.Morsel", preload=True),
    free("urllib", "it is a package: its modules have rows of their own", shown=""),
    free("urllib.error", "it holds exceptions"),
    free("urllib.parse", "it computes with addresses", patches="caches:arm_quoters", preload=True),
    *on_grant("http.cookiejar", "it opens files by itself, and the kernel layer says which"),
    *on_grant(
        """socket ssl select selectors socketserver http.client http.server urllib.request ftplib smtplib imaplib
        poplib telnetlib xmlrpc.client""",
        "it makes connections",
        needs="net",
    ),
    *never("wsgiref", "it holds the environment of the process"),
    *never("xmlrpc.server", "it resolves names by itself"),
)
