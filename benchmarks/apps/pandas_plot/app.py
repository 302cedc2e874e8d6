import matplotlib.figure  # noqa: F401
import pandas

import vaas

VERSION = 0


@vaas.app
class Page:
    @vaas.get("/")
    def page(self):
        return {"version": int(pandas.Series([VERSION]).sum())}
