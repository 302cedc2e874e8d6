"""As much of curl as the documentation uses, for machines that have none: ``curl [-s] [-H HEADER] [-d DATA] URL``."""

from __future__ import annotations

import argparse

import httpx


def main() -> None:
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    options = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in options.H)
    if options.d is not None:
        headers = {"content-type": "application/x-www-form-urlencoded", **{k.lower(): v for k, v in headers.items()}}
    method = "GET" if options.d is None else "POST"
    print(httpx.request(method, options.url, headers=headers, content=options.d, timeout=20).text, end="")


if __name__ == "__main__":
    main()
