import vaas


@vaas.app
class Spin:
    @vaas.get("/spin")
    def spin(self):
        while True:
            pass
