from __future__ import annotations

from lxml import etree, html

import vaas

SHEET = b"""<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template match="/"><p><xsl:value-of select="count(//b)"/></p></xsl:template></xsl:stylesheet>"""


@vaas.app
class Trees:
    @vaas.post("/links")
    async def links(self, req: vaas.Request):
        page = html.fromstring(await req.body())
        page.make_links_absolute("http://shop/")
        return page.xpath("//a/@href")

    @vaas.get("/xslt")
    def xslt(self):
        transform = etree.XSLT(etree.fromstring(SHEET))
        return str(transform(etree.fromstring("<a><b/><b/></a>"))).strip()

    @vaas.get("/kept")
    def kept(self):
        etree.ElementTree(etree.fromstring("<a><b>ü</b></a>")).write("/data/kept.xml", encoding="utf-8")
        return etree.parse("/data/kept.xml").findtext("b")
