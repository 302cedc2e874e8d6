"""Onslaughts that need plain Python, or a module that restricted code may not have. See ``onslaughts.py``."""

from __future__ import annotations

from textwrap import dedent

TRUSTED = dedent(
    """
    import _thread
    import ctypes
    import os
    import resource
    import signal
    import socket
    import sys
    import threading

    def spin_against_interrupts():
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass

    def switch_interval():
        sys.setswitchinterval(1000)
        while True:
            pass

    def lock_for_ever():
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    def join_for_ever():
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        threading.Thread(target=time.sleep, args=(999,)).run()

    def threads_without_end():
        event = threading.Event()
        while True:
            threading.Thread(target=event.wait, daemon=True).start()

    def threads_that_spin():
        for _ in range(10):
            threading.Thread(target=spin, daemon=True).start()
        time.sleep(999)

    def descriptors_without_end():
        while True:
            KEPT.append(os.dup(1))

    def pipes_without_end():
        while True:
            KEPT.append(os.pipe())

    def full_pipes():
        while True:
            pair = socket.socketpair()
            KEPT.append(pair)
            pair[0].setblocking(False)
            try:
                while True:
                    pair[0].send(b"x" * 65536)
            except BlockingIOError:
                pass

    def fork_bomb():
        while True:
            os.fork()

    def disk():
        with open("/tmp/big", "wb") as file:  # tempfile tries the folder first, and says another thing if that is full
            try:
                for _ in range(64):
                    file.write(b"x" * (4 << 20))
            finally:
                file.truncate(0)

    def disk_in_data():
        with open("/data/big", "wb") as file:
            try:
                for _ in range(64):
                    file.write(b"x" * (4 << 20))
            finally:
                file.truncate(0)

    def empty_files():
        for number in range(10 ** 6):
            open(f"/tmp/{number}", "w").close()

    def sparse_file():
        with open("/tmp/sparse", "wb") as file:
            file.truncate(1 << 40)

    def native_errors_without_end():
        while True:
            os.write(2, b"x" * 65536)

    def signals_without_end():
        signal.signal(signal.SIGUSR1, signal.SIG_IGN) if threading.current_thread() is threading.main_thread() else None
        while True:
            signal.raise_signal(signal.SIGURG)

    def interrupt_main():
        while True:
            _thread.interrupt_main()

    def stop_itself():
        os.kill(os.getpid(), signal.SIGSTOP)

    def segfault():
        ctypes.string_at(0)

    def exit_at_once():
        os._exit(0)

    def abort():
        os.abort()

    def evil_group():
        class Evil(BaseExceptionGroup):
            def split(self, *args):
                return "NOT A TUPLE!"
        exec("try:\\n    raise Evil('x', [Exception()])\\nexcept* Exception:\\n    pass", {"Evil": Evil})

    def chained_iterators():
        import itertools
        chain = iter(())
        for _ in range(10 ** 6):
            chain = itertools.chain(chain)
        next(chain, None)

    def close_all():
        os.closerange(0, 1000)
        time.sleep(999)

    def garbage_to_the_node():
        for descriptor in range(3, 40):
            try:
                os.write(descriptor, b"\\xff" * 10_000)
            except OSError:
                pass

    def raise_own_limits():
        resource.setrlimit(resource.RLIMIT_NOFILE, (10 ** 5, 10 ** 5))

    def stop_the_loop():
        asyncio.get_event_loop_policy()
        raise RuntimeError("Event loop stopped before Future completed.")
    """
)
