from __future__ import annotations

import falcon


class Things:
    def on_get(self, req: falcon.Request, resp: falcon.Response, id: int) -> None:
        resp.media = {"id": id, "q": req.get_param("q", default="none")}

    def on_put(self, req: falcon.Request, resp: falcon.Response, id: int) -> None:
        resp.status = falcon.HTTP_201
        resp.media = {"got": req.get_media(), "id": id}


class Fails:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        raise falcon.HTTPConflict(title="taken", description="twice")


app = falcon.App()
app.add_route("/things/{id:int}", Things())
app.add_route("/fails", Fails())
