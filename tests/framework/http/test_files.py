"""vaas.file: validators, conditional requests, one range, and only what the app itself may open."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vaas
from vaas.core.media_types import rows
from vaas.core.wire.messages import CHUNK
from vaas.framework.http.files import FileBody, Span, _span, file_body
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.wire_heads import HttpHead
from vaas.testing import Client


@vaas.app
class App:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @vaas.get("/files/{name:path}")
    def file(self, name: str) -> vaas.Response:
        return vaas.file(self.folder / name)

    @vaas.get("/saved")
    def saved(self) -> vaas.Response:
        return vaas.file(self.folder / "page.html", "text/x", download="größe.html", headers={"x-a": "1"})


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    (tmp_path / "page.html").write_text("<p>héllo")
    (tmp_path / "data.bin").write_bytes(bytes(range(10)))
    (tmp_path / "large").write_bytes(b"abcdefgh" * CHUNK)
    (tmp_path / "empty.txt").touch()
    os.utime(tmp_path / "page.html", (1_700_000_000, 1_700_000_000))
    with Client(App(tmp_path)) as client:
        yield client


def test_a_file_has_type_and_validators(client: Client) -> None:
    answer = client.get("/files/page.html")
    assert (answer.status_code, answer.text) == (200, "<p>héllo")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer.headers["accept-ranges"] == "bytes"
    assert client.get("/files/data.bin").headers["content-type"] == "application/octet-stream"


def test_a_large_file_is_streamed_with_its_length(client: Client) -> None:
    answer = client.get("/files/large")
    assert answer.headers["content-length"] == str(8 * CHUNK)
    assert answer.content == b"abcdefgh" * CHUNK


def test_an_empty_file_is_an_answer_too(client: Client) -> None:
    answer = client.get("/files/empty.txt")
    assert (answer.status_code, answer.content) == (200, b"")


def test_what_the_caller_has_already_is_304(client: Client) -> None:
    first = client.get("/files/page.html").headers
    for headers in (
        {"if-none-match": first["etag"]},
        {"if-none-match": f'"other", W/{first["etag"]}'},
        {"if-none-match": "*"},
        {"if-modified-since": first["last-modified"]},
    ):
        answer = client.get("/files/page.html", headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == first["etag"]


def test_a_changed_file_is_sent_again(client: Client) -> None:
    for headers in (
        {"if-none-match": '"other"', "if-modified-since": "Tue, 14 Nov 2033 22:13:20 GMT"},
        {"if-modified-since": "Mon, 13 Nov 2023 22:13:20 GMT"},
        {"if-modified-since": "yesterday"},
    ):
        assert client.get("/files/page.html", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("asked", "body", "told"),
    [
        ("bytes=0-3", bytes(range(4)), "bytes 0-3/10"),
        ("bytes=7-", bytes(range(7, 10)), "bytes 7-9/10"),
        ("bytes=-2", bytes(range(8, 10)), "bytes 8-9/10"),
        ("bytes=-99", bytes(range(10)), "bytes 0-9/10"),
        ("bytes=5-99", bytes(range(5, 10)), "bytes 5-9/10"),
    ],
)
def test_one_range_is_206(client: Client, asked: str, body: bytes, told: str) -> None:
    answer = client.get("/files/data.bin", headers={"range": asked})
    assert (answer.status_code, answer.content, answer.headers["content-range"]) == (206, body, told)


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=1-2,4-5", "bytes=-", "bytes=5-2", "nonsense"])
def test_other_ranges_get_the_whole(client: Client, asked: str) -> None:
    assert client.get("/files/data.bin", headers={"range": asked}).status_code == 200


def test_a_range_outside_the_file_is_416_with_its_size(client: Client) -> None:
    answer = client.get("/files/data.bin", headers={"range": "bytes=10-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */10")


def test_a_range_of_another_version_gets_the_whole(client: Client) -> None:
    etag = client.get("/files/data.bin").headers["etag"]
    assert client.get("/files/data.bin", headers={"range": "bytes=0-1", "if-range": etag}).status_code == 206
    assert client.get("/files/data.bin", headers={"range": "bytes=0-1", "if-range": '"old"'}).status_code == 200


def test_no_such_file_is_404_and_a_folder_is_none(client: Client) -> None:
    for name in ("nothing", "", "page.html/x"):
        assert client.get(f"/files/{name}").status_code == 404


def test_a_download_has_its_name_and_headers(client: Client) -> None:
    answer = client.get("/saved")
    assert answer.headers["content-disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.html"
    assert (answer.headers["content-type"], answer.headers["x-a"]) == ("text/x; charset=utf-8", "1")


def test_head_of_a_large_file_names_its_length(client: Client) -> None:
    answer = client.head("/files/large")
    assert (answer.content, answer.headers["content-length"]) == (b"", str(8 * CHUNK))


def test_a_file_that_becomes_shorter_cuts_the_stream(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "shrinking"
    path.write_bytes(b"x" * 3 * CHUNK)

    class Shrinking:
        @vaas.get("/")
        def file(self) -> Any:
            return vaas.file(path)

    from vaas.framework.endpoints.runtime import Runtime
    from vaas.framework.serving.dispatch import Dispatch
    from vaas.framework.testing.calls import answer_http

    def opened(name: str, mode: str) -> Any:
        file = path.open("rb", buffering=0)
        return Truncated(file)

    class Truncated:
        def __init__(self, file: Any) -> None:
            self.file, self.name = file, "shrinking"

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *exc: object) -> None:
            self.file.close()

        def fileno(self) -> int:
            return int(self.file.fileno())

        def seek(self, place: int) -> None:
            self.file.seek(place)

        def read(self, size: int) -> bytes:
            os.truncate(path, CHUNK)
            return bytes(self.file.read(size))

    import asyncio

    with pytest.raises(httpx.RemoteProtocolError):
        asyncio.run(answer_http(Dispatch(Shrinking, Runtime(open=opened)), httpx.Request("GET", "http://x/"), b""))
    assert "became shorter" in caplog.text


@given(st.integers(0, 50), st.integers(0, 60) | st.none(), st.integers(0, 60) | st.none())
def test_a_range_is_never_outside_the_file(size: int, first: int | None, last: int | None) -> None:
    asked = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    request = HttpHead("GET", "/", b"", [(b"range", asked.encode())])
    try:
        span = _span(request, [], size)
    except HTTPError:  # 416: that is the other test
        return
    assert span is None or (isinstance(span, Span) and 0 <= span.start < span.stop <= size)


@pytest.mark.parametrize(
    ("name", "kind", "coding"),
    [
        ("a.webp", "image/webp", None),
        ("a.avif", "image/avif", None),
        ("a.woff2", "font/woff2", None),
        ("a.mjs", "text/javascript; charset=utf-8", None),
        ("a.js", "text/javascript; charset=utf-8", None),
        ("a.md", "text/markdown; charset=utf-8", None),
        ("a.wasm", "application/wasm", None),
        ("a.webmanifest", "application/manifest+json", None),
        ("a.json", "application/json; charset=utf-8", None),
        ("a.ogg", "audio/ogg", None),
        ("a.m4a", "audio/mp4", None),
        ("a.html.gz", "text/html; charset=utf-8", "gzip"),
        ("a.css.br", "text/css; charset=utf-8", "br"),
        ("a.svgz", "image/svg+xml", "gzip"),
        ("a.tar.gz", "application/gzip", None),
        ("a.tgz", "application/gzip", None),
        ("a.gz", "application/gzip", None),
        ("a.txt.xz", "application/x-xz", None),
        ("A.WEBP", "image/webp", None),
        ("a.none-such", "application/octet-stream", None),
    ],
)
def test_a_file_is_of_the_type_and_the_coding_that_its_name_says(
    tmp_path: Path, name: str, kind: str, coding: str | None
) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"as it is") if coding == "gzip" else b"as it is")
    with Client(App(tmp_path)) as client:
        answer = client.get(f"/files/{name}")
    assert (answer.headers["content-type"], answer.headers.get("content-encoding")) == (kind, coding)
    assert answer.content == b"as it is"


def test_what_is_saved_stays_packed(tmp_path: Path) -> None:
    assert file_body(tmp_path / "a.html.gz", None, True) == FileBody(
        str(tmp_path / "a.html.gz"), "application/gzip", "a.html.gz"
    )


def test_a_type_that_is_given_is_the_whole_of_it(tmp_path: Path) -> None:
    assert file_body("a.html.gz", "application/x-mine", False) == FileBody("a.html.gz", "application/x-mine", "")


@pytest.mark.parametrize(("kind", "end"), rows())
def test_every_row_is_a_type_and_an_ending_that_is_found(kind: str, end: str) -> None:
    assert file_body(f"a{end}", None, False).media_type.partition(";")[0] == kind
