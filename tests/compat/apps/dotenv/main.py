from __future__ import annotations

import io
import os

import dotenv

import vaas

dotenv.load_dotenv("settings.env")


@vaas.app
class Shop:
    @vaas.get("/")
    def index(self):
        values = dotenv.dotenv_values(stream=io.StringIO("A=1\nB='two ${A}'\nexport C=\"x\\ny\"\n"))
        return {"file": os.environ["GREETING"], "values": values}
