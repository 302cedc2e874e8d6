"""The API, on the other domain; it lets the page's origin in."""

from catalogue import PRODUCTS

import vaas


@vaas.app
class Back:
    @vaas.get("/products")
    async def products(self, res: vaas.Response):
        res.headers["access-control-allow-origin"] = "*"
        return PRODUCTS
