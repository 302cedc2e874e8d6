"""Problems as pages: what a browser shows instead of JSON. One small page that needs nothing else, and runs nothing.

A client that does not say it prefers HTML gets the JSON of ``problems.py``. For an app's errors it is asked by
``framework/endpoints/http_handler.py``, for the gateway's own by ``platform/gateway``."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from vaas.framework.http.problems import Headers, Problem
from vaas.framework.http.wire_heads import decode_http_head

POLICY = b"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{status} {title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto 2rem; padding: 0 1rem }}
h1 {{ font-size: 1.4rem }}
p, li {{ overflow-wrap: anywhere }}
pre {{ overflow-x: auto; font-size: .85rem }}
small {{ opacity: .7 }}
</style>
<h1>{title}</h1>
<p>{detail}</p>
{more}<p><small>{status} · {code} · request <code>{request_id}</code></small></p>
</html>
"""


def as_asked(problem: Problem, headers: Headers) -> Problem:
    """The problem as a page, if these headers of its request prefer one."""
    return page_of(problem) if prefers_page(headers) else problem


def headers_of(head: Any) -> Headers:
    """Those of an encoded ``HttpHead``; none of an empty one."""
    return decode_http_head(head).headers if head else []


def page_of(problem: Problem) -> Problem:
    told: dict[str, Any] = msgspec.json.decode(problem.body)
    shown = {name: escape(str(told.get(name, ""))) for name in ("status", "title", "detail", "code", "request_id")}
    body = _PAGE.format(**shown, more=_reasons(told) + _traceback(told)).encode()
    headers = [pair for pair in problem.headers if pair[0] != b"content-type"]
    kind = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", POLICY), (b"vary", b"accept")]
    return Problem(problem.status, [*kind, *headers], body)


def _reasons(told: dict[str, Any]) -> str:
    """Why the values of a request do not fit, one by one."""
    errors = told.get("errors")
    if not isinstance(errors, list):
        return ""
    items = [f"<li><code>{escape(str(one.get('name')))}</code>: {escape(str(one.get('reason')))}\n" for one in errors]
    return f"<ul>\n{''.join(items)}</ul>\n"


def _traceback(told: dict[str, Any]) -> str:
    """In ``vaas dev`` only; elsewhere no problem has one."""
    return f"<pre>{escape(str(told['traceback']))}</pre>\n" if told.get("traceback") else ""


def prefers_page(headers: Headers) -> bool:
    """Whether ``Accept`` names HTML, and JSON not as well (RFC 9110, 12.5.1)."""
    accepted = b",".join(value for name, value in headers if name == b"accept").decode("latin-1").lower()
    if "text/html" not in accepted:
        return False
    weights: dict[str, float] = {}
    for part in accepted.split(","):
        kind, *parameters = (each.strip() for each in part.split(";"))
        weights[kind] = max(_weight(parameters), weights.get(kind, 0.0))
    html = weights.get("text/html", 0.0)
    json = max(weights.get(kind, 0.0) for kind in ("application/json", "application/problem+json"))
    anything = max(weights.get("application/*", 0.0), weights.get("*/*", 0.0))
    return html > json and html >= anything


def _weight(parameters: list[str]) -> float:
    try:
        return next((float(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
    except ValueError:
        return 0.0
