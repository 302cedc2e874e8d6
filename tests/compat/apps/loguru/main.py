from __future__ import annotations

from loguru import logger

import vaas

logger.add("/data/app.log", format="{level} {message} {extra}", rotation="1 MB")


@vaas.app
class Logs:
    @vaas.get("/")
    def index(self, n: int):
        logger.bind(n=n).warning("asked {}", "twice")
        with open("/data/app.log") as file:
            return file.read().splitlines()[-1]

    @vaas.get("/caught")
    def caught(self):
        with logger.catch(message="on purpose"):
            raise ValueError("x")
        with open("/data/app.log") as file:
            return "on purpose" in file.read()
