from __future__ import annotations

import markdown

import vaas


@vaas.app
class Pages:
    @vaas.post("/html")
    async def html(self, req: vaas.Request):
        text = (await req.body()).decode()
        return vaas.html(markdown.markdown(text, extensions=["tables", "toc", "fenced_code"]))
