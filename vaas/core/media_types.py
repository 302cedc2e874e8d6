"""Types of files by the ends of their names, beyond those that Python's own tables have had since 3.11.

The same on every system and in every version. ``teach`` adds them to a table of ``mimetypes``: in hosts to that of the
process (``core/host/warmup.py``), so that every package's static files have them.
"""

from __future__ import annotations

from typing import Protocol

_ROWS = """
text/css css | text/javascript js mjs | text/markdown md markdown | text/csv csv | text/vcard vcf | text/calendar ics
application/json json map | application/manifest+json webmanifest | application/ld+json jsonld
application/geo+json geojson | application/x-ndjson ndjson jsonl | application/yaml yaml yml | application/toml toml
application/wasm wasm | application/xhtml+xml xhtml | application/atom+xml atom | application/rss+xml rss
application/gzip gz | application/zstd zst | application/x-7z-compressed 7z | application/vnd.rar rar
application/epub+zip epub | application/vnd.apache.parquet parquet | application/vnd.sqlite3 sqlite3
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
image/avif avif | image/webp webp | image/svg+xml svg | image/heic heic | image/heif heif | image/jxl jxl
image/apng apng | image/vnd.microsoft.icon ico
font/woff2 woff2 | font/woff woff | font/ttf ttf | font/otf otf | font/collection ttc
audio/ogg ogg oga | audio/opus opus | audio/mp4 m4a | audio/aac aac | audio/flac flac | audio/webm weba
audio/midi mid midi | video/webm webm | video/ogg ogv | video/mp4 mp4 m4v | video/x-matroska mkv
model/gltf-binary glb | model/gltf+json gltf
"""
"""From the registry of media types (iana.org/assignments/media-types) and, where that has none, as browsers know it."""


class Table(Protocol):
    """``mimetypes`` itself, or its ``MimeTypes``."""

    def add_type(self, type: str, ext: str, strict: bool = True) -> None: ...


def rows() -> list[tuple[str, str]]:
    """Pairs of type and ending."""
    words = (row.split() for row in _ROWS.replace("|", "\n").splitlines() if row.strip())
    return [(kind, f".{end}") for kind, *ends in words for end in ends]


def teach(table: Table) -> None:
    for kind, end in rows():
        table.add_type(kind, end)
