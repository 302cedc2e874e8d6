"""Frameworks for the web: what is asked of their apps, and what the answers must be."""

from __future__ import annotations

from tests.compat import talks
from tests.compat.asking import Ask, has, sends
from tests.compat.case import Case

FILE = {"files": {"file": ("a.txt", b"x" * 3000)}}

WEB = (
    Case(
        "flask",
        ("flask",),
        "templates, sessions, blueprints, uploads, async views, streams",
        (
            Ask("/?name=ada", has("<h1>ADA</h1>")),
            Ask("/count", {"n": 1}),
            Ask("/count", {"n": 2}),
            Ask("/upload", {"name": "a.txt", "size": 3000, "form": "ü"}, sends({**FILE, "data": {"word": "ü"}})),
            Ask("/later", "async"),
            Ask("/stream", "0\n1\n2\n"),
            Ask("/go", {"id": 7, "url": "{root}/notes/7"}),
            Ask("/notes/404", has("Not Found"), status=404),
        ),
    ),
    Case(
        "django",
        ("django", "whitenoise"),
        "startproject, migrations by `vaas run`, admin and login, static files, ORM by WSGI",
        (
            Ask("/", has('static/polls/style.css"')),
            Ask("/", has("<li>Tea or coffee?: ")),
            Ask("/static/polls/style.css", has("color: green")),
            Ask("/total", has('"questions": 1')),
        ),
        talk=talks.django_admin,
        prepare=talks.django_prepare,
        restricted="its packages read the process's environment, which restricted code has none of",
        note="with WhiteNoise under a path prefix, links to static files need `FORCE_SCRIPT_NAME`, as on every server",
    ),
    Case(
        "django",
        ("django",),
        "the same project by ASGI: ORM in plain and async views",
        (
            Ask("/", has("<li>Tea or coffee?: ")),
            Ask("/total", has('"questions": 1')),
            Ask("/vote/999", has("Not Found"), status=404),
        ),
        talk=talks.django_admin,
        prepare=talks.django_prepare,
        restricted="as above",
        name="django-asgi",
        entry="config.asgi:application",
    ),
    Case(
        "fastapi",
        ("fastapi", "pydantic"),
        "models, dependencies, background tasks, websockets, uploads, lifespan, docs by prefix and domain",
        (
            Ask("/", {"started": True}),
            Ask("/items/7?q=x", {"id": 7, "q": "x"}),
            Ask("/items/seven", has("int_parsing"), status=422),
            Ask(
                "/items",
                {"name": "tea of ada", "price": 2.5, "tags": ["green"]},
                sends({"json": {"name": "tea", "price": 2.5, "tags": ["green"]}, "headers": {"x-user": "ada"}}),
                status=201,
            ),
            Ask("/items", {"detail": "who are you?"}, sends({"json": {"name": "tea", "price": 1}}), status=401),
            Ask("/upload", {"name": "a.txt", "size": 3000, "word": "w"}, sends({**FILE, "data": {"word": "w"}})),
            Ask("/later?word=tidy", {"accepted": "tidy"}, sends({})),
            Ask("/docs", has("url: '{root}/openapi.json'")),
            Ask("/openapi.json", has('"title":"Shop"')),
        ),
        talk=talks.fastapi,
    ),
    Case(
        "starlette",
        ("starlette",),
        "sessions, uploads, gzip, streams, websockets, mounts, plain `def` routes",
        (
            Ask("/", "starlette " * 200),
            Ask("/count", {"n": 1}),
            Ask("/count", {"n": 2}),
            Ask("/upload", {"name": "a.txt", "size": 3000}, sends(FILE)),
            Ask("/sync", "in a thread"),
            Ask("/stream", "0\n1\n2\n"),
            Ask("/below/3", {"path": "{root}/below/3", "for": "{root}/below/3"}),
        ),
        talk=talks.echo(b"abc", b"cba"),
    ),
    Case(
        "litestar",
        ("litestar",),
        "handlers, dependencies, dataclasses, websockets, OpenAPI",
        (
            Ask("/", {"hello": "litestar"}),
            Ask("/users/7", {"id": 7, "who": "ada"}),
            Ask("/orders", {"name": "TEA", "count": 3}, sends({"json": {"name": "tea", "count": 2}}), status=201),
            Ask("/orders", has("count"), sends({"json": {"name": "tea", "count": "x"}}), status=400),
            Ask("/schema/openapi.json", has('"Litestar API"')),
        ),
        talk=talks.echo("abc", "echo abc"),
    ),
    Case(
        "quart",
        ("quart",),
        "templates, sessions, JSON, streams, websockets, plain `def` views",
        (
            Ask("/", "<h1>quart</h1>"),
            Ask("/count", {"n": 1}),
            Ask("/count", {"n": 2}),
            Ask("/json", {"got": [1, "ü"]}, sends({"json": [1, "ü"]})),
            Ask("/sync", "in a thread"),
            Ask("/stream", "0\n1\n2\n"),
        ),
        talk=talks.echo("abc", "echo abc"),
    ),
    Case(
        "falcon",
        ("falcon",),
        "resources, media, errors",
        (
            Ask("/things/7?q=x", {"id": 7, "q": "x"}),
            Ask("/things/7", {"got": {"a": 1}, "id": 7}, sends({"json": {"a": 1}}, "PUT"), status=201),
            Ask("/fails", has("taken"), status=409),
            Ask("/things/x", has("404"), status=404),
        ),
    ),
    Case(
        "bottle",
        ("bottle",),
        "templates, forms, uploads, signed cookies, generators",
        (
            Ask("/?name=<ada>", "<b>&lt;ada&gt;</b>!"),
            Ask("/form", {"word": "ü", "file": "a.txt"}, sends({**FILE, "data": {"word": "ü"}})),
            Ask("/cookie", {"n": 1}),
            Ask("/cookie", {"n": 2}),
            Ask("/stream", "0\n1\n2\n"),
        ),
    ),
)
