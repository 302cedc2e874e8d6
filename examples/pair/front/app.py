"""The page, on one domain. It asks the API on the other."""

import vaas

PAGE = """<!doctype html><title>Shop</title><h1>Shop</h1><ul></ul>
<script>
  const api = location.protocol + "//" + location.host.replace(/^shop/, "api") + "/products"
  fetch(api).then(answer => answer.json()).then(products => {
    document.querySelector("ul").innerHTML = products.map(p => `<li>${p.name}: ${p.price} €`).join("")
  })
</script>"""


@vaas.app
class Front:
    @vaas.get("/")
    async def page(self):
        return vaas.html(PAGE)
