import vaas


@vaas.app
class Hello:
    @vaas.get("/hello")
    def hello(self):
        return {"hello": "world"}
