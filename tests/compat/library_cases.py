"""Clients and libraries: what is asked of their apps, and what the answers must be."""

from __future__ import annotations

from tests.compat import talks
from tests.compat.asking import Ask, has, sends
from tests.compat.case import Case

LIBRARIES = (
    Case(
        "aiohttp",
        ("aiohttp",),
        "client: session, query, JSON, what `net` refuses",
        (
            Ask("/get?url={upstream}", {"status": 200, "json": {"method": "GET", "query": "q=%C3%BC", "body": ""}}),
            Ask("/post?url={upstream}", {"method": "POST", "query": "", "body": '{"a": [1, 2]}'}),
            Ask("/refused", has("Error")),
        ),
    ),
    Case(
        "httpx",
        ("httpx",),
        "client: async and sync, query, JSON, what `net` refuses",
        (
            Ask("/get?url={upstream}", {"status": 200, "json": {"method": "GET", "query": "q=%C3%BC", "body": ""}}),
            Ask("/sync?url={upstream}", {"method": "POST", "query": "", "body": '{"a":[1,2]}'}),
            Ask("/refused", "ConnectError"),
        ),
    ),
    Case(
        "sqlalchemy",
        ("sqlalchemy",),
        "ORM with SQLite in /data: tables, relations, transactions",
        (
            Ask("/orders/ada/tea", {"id": 1, "orders": ["tea"]}, sends({})),
            Ask("/orders/ada/milk", {"id": 1, "orders": ["tea", "milk"]}, sends({})),
            Ask("/count", 2),
            Ask("/customers/ada", "", sends({}, "DELETE"), status=204),
            Ask("/count", 0),
        ),
        restricted="`__tablename__` and its kind are names that restricted code may not bind",
    ),
    Case(
        "psycopg",
        ("psycopg",),
        "PostgreSQL over TCP: sync and async connections, JSON",
        (
            Ask("/things/tea", "", sends({}), status=204),
            Ask("/things", [{"name": "tea", "facts": {"length": 3}}]),
            Ask("/things", "", sends({}, "DELETE"), status=204),
        ),
        needs="postgres",
    ),
    Case(
        "redis",
        ("redis",),
        "Redis over TCP: sync and asyncio clients",
        (Ask("/tea/green", "", sends({}, "PUT"), status=204), Ask("/tea", has('"value":"green"'))),
        needs="redis",
    ),
    Case(
        "numpy",
        ("numpy",),
        "linear algebra, random numbers, files in /data, mmap",
        (
            Ask("/solve", [2.0, 3.0]),
            Ask("/random", [94, 62, 68, 89, 57]),
            Ask("/kept", [[0, 3], [1, 4], [2, 5]]),
        ),
    ),
    Case(
        "pandas",
        ("pandas",),
        "CSV, groupby, resample, time zones, files in /data",
        (
            Ask("/sums", {"a": 8, "b": 4}),
            Ask("/days", [3.5, 5.0]),
            Ask("/kept", 3),
            Ask("/zone", "2026-07-01 14:00:00+02:00"),
        ),
    ),
    Case(
        "matplotlib",
        ("matplotlib",),
        "PNG and SVG by Agg, fonts",
        (Ask("/plot.png", has(b"\x89PNG")), Ask("/plot.svg", has("<svg"))),
    ),
    Case(
        "pillow",
        ("pillow",),
        "drawing, filters, PNG, WebP, thumbnails",
        (Ask("/red.png", has(b"\x89PNG")),),
        talk=talks.pillow,
    ),
    Case(
        "lxml",
        ("lxml",),
        "HTML, XPath, XSLT, files in /data",
        (
            Ask("/links", ["http://shop/a"], sends({"content": b"<p><a href='/a'>x</a></p>"})),
            Ask("/xslt", has("<p>2</p>")),
            Ask("/kept", "ü"),
        ),
        restricted="its C code opens files itself, and /data is a name of Python's functions alone there",
    ),
    Case(
        "jinja2",
        ("jinja2",),
        "inheritance, loops, escaping, macros",
        (Ask("/page", "<html>1=a 2=&lt;you&gt; </html>"), Ask("/macro", "[8][aa]")),
    ),
    Case(
        "markdown",
        ("markdown",),
        "tables, toc, fenced code",
        (Ask("/html", has('<h1 id="tea">Tea</h1>'), sends({"content": b"# Tea\n\n|a|b|\n|-|-|\n|1|2|\n"})),),
    ),
    Case(
        "celery",
        ("celery",),
        "eager tasks, chains, retries",
        (Ask("/add", 5), Ask("/chain", 13), Ask("/retry", 2)),
    ),
    Case(
        "structlog",
        ("structlog",),
        "processors, JSON, context variables",
        (Ask("/?n=7", {"event": "asked", "level": "info", "n": 7, "who": "ada"}),),
    ),
    Case(
        "loguru",
        ("loguru",),
        "sinks in /data, bound values, caught errors",
        (Ask("/?n=7", "WARNING asked twice {'n': 7}"), Ask("/caught", True)),
    ),
    Case(
        "opentelemetry",
        ("opentelemetry-api",),
        "spans, propagation, baggage",
        (
            Ask("/span", {"recording": False}),
            Ask(
                "/parent?traceparent=00-" + "a" * 32 + "-" + "b" * 16 + "-01",
                {"trace": "a" * 32, "who": "ada"},
            ),
        ),
    ),
    Case(
        "pydantic-settings",
        ("pydantic-settings",),
        "prefixes, nested values, secrets, env files",
        (Ask("/", {"name": "tea", "limits": {"a": 7}, "key": "**********", "kept": "from a file"}),),
        prepare=talks.settings({"SHOP_NAME": "tea", "SHOP_LIMITS__a": "7", "SHOP_KEY": "only a test"}),
    ),
    Case(
        "dotenv",
        ("python-dotenv",),
        "env files, streams, interpolation",
        (Ask("/", {"file": "hello from a file", "values": {"A": "1", "B": "two 1", "C": "x\ny"}}),),
        restricted="it sets the process's environment, which restricted code does not see",
    ),
)
