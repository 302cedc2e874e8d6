"""The first app: one method, one address."""

import vaas


@vaas.app
class Hello:
    @vaas.get("/hello")
    async def hello(self, req, res):
        return {"hello": "world"}

    @vaas.get("/users/{id}")
    async def user(self, id: int, verbose: bool = False):
        return {"id": id, "verbose": verbose}

    @vaas.rpc
    async def add(self, a: int, b: int) -> int:
        return a + b
