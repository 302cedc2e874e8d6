from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFilter

import vaas


@vaas.app
class Paints:
    @vaas.get("/red.png")
    def red(self):
        image = Image.new("RGB", (40, 20), "red")
        ImageDraw.Draw(image).ellipse((5, 5, 15, 15), fill="blue")
        out = io.BytesIO()
        image.filter(ImageFilter.BLUR).save(out, "PNG")
        return vaas.Response(out.getvalue(), media_type="image/png")

    @vaas.post("/thumbnail")
    async def thumbnail(self, req: vaas.Request):
        image = Image.open(io.BytesIO(await req.body()))
        image.thumbnail((10, 10))
        image.save("/data/small.webp")
        with Image.open("/data/small.webp") as small:
            return {"size": small.size, "format": small.format}
