import vaas


@vaas.app
class Hello:
    @vaas.get("/hello")
    async def hello(self):
        return {"hello": "world"}
