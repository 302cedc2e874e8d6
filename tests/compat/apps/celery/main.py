from __future__ import annotations

import celery

import vaas

tasks = celery.Celery("main", broker="memory://", backend="cache+memory://")
tasks.conf.task_always_eager = True
tasks.conf.task_eager_propagates = False


@tasks.task
def add(a: int, b: int) -> int:
    return a + b


@tasks.task(bind=True, max_retries=2)
def flaky(self) -> int:
    if self.request.retries < 2:
        raise self.retry(countdown=0)
    return self.request.retries


@vaas.app
class Works:
    @vaas.get("/add")
    def add(self):
        return add.delay(2, 3).get()

    @vaas.get("/chain")
    def chain(self):
        return celery.chain(add.s(1, 2), add.s(10)).delay().get()

    @vaas.get("/retry")
    def retry(self):
        return flaky.delay().get()
