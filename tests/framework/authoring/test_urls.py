"""``req.url`` is what the caller sees: the path as it was sent, behind what a proxy has taken off it."""

from __future__ import annotations

import pytest

from vaas.framework.authoring.request import Connection
from vaas.framework.http.wire_heads import HttpHead
from vaas.framework.testing.calls import MemoryExchange


@pytest.mark.parametrize(
    ("root", "path", "sent", "url"),
    [
        ("/app", "/a/b", b"/app/a%2Fb", "/app/a%2Fb"),
        ("/front/app", "/a/b", b"/app/a%2Fb", "/front/app/a%2Fb"),
        ("/app", "/\ufffd", b"/%61pp/%E9", "/%61pp/%E9"),
        ("", "/x y", b"/x%20y", "/x%20y"),
        ("/app", "/x y", b"", "/app/x%20y"),
    ],
)
def test_a_url_has_the_path_as_it_was_sent(root: str, path: str, sent: bytes, url: str):
    head = HttpHead("GET", path, b"q=1", [(b"host", b"h.org")], root, raw_path=sent)
    assert str(Connection(MemoryExchange("http", head), {}).url) == f"http://h.org{url}?q=1"
