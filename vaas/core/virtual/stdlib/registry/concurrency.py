"""Threads, tasks and queues."""

from __future__ import annotations

from vaas.core.virtual.stdlib.registry.rule import free

_LOOP = "it holds the event loop"
_PROGRAMS = "use the module subprocess, with [permissions] subprocess"

RULES = (
    free(
        "asyncio",
        "loops, transports, streams, subprocesses and other apps' tasks are left out",
        shown="""sleep timeout timeout_at TaskGroup Queue PriorityQueue LifoQueue QueueEmpty QueueFull QueueShutDown
        Event Lock Semaphore BoundedSemaphore Condition Barrier BrokenBarrierError current_task to_thread iscoroutine
        iscoroutinefunction isfuture CancelledError TimeoutError InvalidStateError FIRST_COMPLETED FIRST_EXCEPTION
        ALL_COMPLETED""",
        added="safe_asyncio",
        instead={
            **dict.fromkeys(
                ("Runner", "new_event_loop", "set_event_loop", "set_event_loop_policy", "get_event_loop_policy"),
                "await in an `async def` handler, or call asyncio.run in a plain one",
            ),
            **dict.fromkeys(("create_subprocess_exec", "create_subprocess_shell"), _PROGRAMS),
            **dict.fromkeys(
                ("open_connection", "open_unix_connection", "start_server", "start_unix_server"),
                "use a client library, such as httpx, with [permissions] net",
            ),
            "all_tasks": "keep the tasks that you start in a set",
            "run_coroutine_threadsafe": "await it where the loop runs, or call asyncio.run in the thread",
        },
        instance_only={
            "asyncio.locks.Barrier": "abort reset",
            "asyncio.locks.Event": "clear set",
            "asyncio.locks.Lock": "acquire release",
            "asyncio.locks.Semaphore": "acquire",
            "asyncio.queues.Queue": "shutdown",
        },
        final=dict.fromkeys(("asyncio", "_asyncio", "uvloop"), _LOOP),
        preload=True,
    ),
    free("concurrent", "it is a package: its modules have rows of their own", shown=""),
    free(
        "concurrent.futures",
        "it has threads; pools of processes are left out",
        instead={"ProcessPoolExecutor": "use ThreadPoolExecutor"},
        shown="""Future ThreadPoolExecutor Executor as_completed wait CancelledError TimeoutError BrokenExecutor
        FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED""",
        settable="concurrent.futures._base.Future",
        instance_only={
            "concurrent.futures._base.Future": "cancel set_exception set_result set_running_or_notify_cancel",
            "concurrent.futures.thread.ThreadPoolExecutor": "shutdown",
        },
    ),
    free(
        "queue",
        "it holds containers that wait",
        settable="queue.Queue queue.SimpleQueue",
        instance_only={"queue.Queue": "shutdown task_done"},
        open_modules="queue",
        preload=True,
    ),
    free("sched", "it calls functions that it is given, in time"),
    free(
        "threading",
        "a real thread keeps the process's standard error; listing and tracing of others' threads are left out",
        shown="""Lock RLock Condition Event Semaphore BoundedSemaphore Barrier BrokenBarrierError local get_ident
        get_native_id TIMEOUT_MAX""",
        added="safe_threading",
        instead={
            **dict.fromkeys(("enumerate", "active_count"), "keep the threads that you start in a list"),
            "excepthook": "catch the error in the thread; what none catches is in the app's log",
            "stack_size": "leave it: stacks are as large as limits.memory allows",
        },
        settable="threading.Thread",
        instance_only={"threading.Barrier": "reset", "threading.Event": "clear set"},
        open_modules="threading vaas.core.virtual.stdlib.facades.safe_threading",
        preload=True,
    ),
    free(
        "_thread",
        "it has locks; threads are started by threading alone",
        shown="get_ident allocate_lock RLock",
        settable="_thread._local",
        open_modules="_thread",
    ),
)
