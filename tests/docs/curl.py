"""As much of curl as the documentation uses, for machines that have none: ``curl [-s] [-H HEADER] URL``."""

from __future__ import annotations

import argparse

import httpx


def main() -> None:
    parser = argparse.ArgumentParser(prog="curl")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("url")
    options = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in options.H)
    print(httpx.get(options.url, headers=headers, timeout=20).text, end="")


if __name__ == "__main__":
    main()
