"""The wire's whole vocabulary: what passes between a node and the hosts it runs.

Two kinds of connection carry it. Each *worker* has a socket of its own for calls; each *host* has one control
socket. ``head`` is opaque here: the floor above gives it meaning (``framework/http/wire_heads.py``), so this page has
never heard of HTTP. Everything a host sends is decoded by these types or the host is killed. Next: ``codec.py``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Raw

from vaas.core.spec import HostSpec

MAX_FRAME = 1024 * 1024
"""Bytes in one frame at most, either way: a whole ``WINDOW`` and a generous head. What is larger is not ours."""

MAX_SPEC = 160 * 1024
"""Bytes of a host's spec: it is written at once, so it must fit a socket's buffer (net.core.wmem_default, 212992)."""

CHUNK = 64 * 1024
"""Bytes of a body in one ``Data`` at most by our own senders."""

MAX_WORKERS = 999
"""Beyond any number that a worker of a host has; ``limits.workers`` ends far below."""

WINDOW = 256 * 1024
"""Bytes of one stream that may be under way without ``Credit``, the first frame's body included:
the memory bound of a stream, each way. A body that fits travels whole in its first frame."""

MESSAGE = 64
"""Bytes of credit that a frame of a message costs beyond its data: what it takes in memory, so that empty ones cost."""


class Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One message; on the wire a msgpack array whose first item is the tag."""


# --- on a worker's socket -------------------------------------------------------------------------------------


class Call(Frame, frozen=True, tag=1):
    """Please do this. ``id`` is the caller's; the node uses odd ones, a worker's own calls are even."""

    id: int
    kind: str
    """What the head means; the floor above has the names."""
    head: Raw
    body: bytes
    """The first part of the body, or all of it."""
    more: bool
    """Whether ``Data`` follow."""
    left: float
    """Seconds until the caller stops waiting; 0 is no deadline."""
    trace: str
    """The request id, for logs."""
    messages: bool = False
    """Whether both streams are of messages, as a websocket's: their boundaries are kept; the data of the last frame is
    a farewell and no message; and either side may be silent for as long as it likes."""


class Reply(Frame, frozen=True, tag=2):
    """The answer's head and the first part of its body, or all of it."""

    id: int
    head: Raw
    body: bytes
    more: bool = False


class Data(Frame, frozen=True, tag=3):
    """A further part of a body or stream, either way. Costs its sender ``len(data)`` of credit, and of a stream of
    messages ``MESSAGE`` more."""

    id: int
    data: bytes
    end: bool = False
    text: bool = False
    """Of a stream of messages: this one is text."""
    more: bool = False
    """Of a stream of messages: this one goes on in the next frame. One that fits into ``WINDOW`` is one frame."""


class Credit(Frame, frozen=True, tag=4):
    """The receiver has consumed ``size`` bytes of a stream; that many more may be sent."""

    id: int
    size: int


HUNG_UP = "client gone"
"""The ``Cancel.reason`` of a client that has hung up: what it has begun may go on."""


class Cancel(Frame, frozen=True, tag=5):
    """The caller has gone, or its deadline has passed: stop working on this, but for ``HUNG_UP``."""

    id: int
    reason: str


class Fail(Frame, frozen=True, tag=6):
    """The callee gave up without, or in the middle of, an answer."""

    id: int
    reason: str


RUNS_ON = "runs on"
"""The reason of a ``Fail`` for a call whose client has hung up while its handler goes on: its place stays taken until
another says that the handler has ended."""


class Ping(Frame, frozen=True, tag=7):
    """Node → worker, or → host: are you there? Answered at once, or the callee is busy."""


class Pong(Frame, frozen=True, tag=8):
    """The answer to ``Ping``: of a worker's event loop, or of a host's interpreter."""

    worker: int
    """-1: the host itself."""
    tasks: int = 0
    """What the worker does beyond its calls: tasks that calls have left behind, and that still run."""


# --- on a host's control socket -------------------------------------------------------------------------------


class Begin(Frame, frozen=True, tag=9):
    """Node → host, before all else: what to be. It goes past the zygote, in whose memory an app's env would stay, for
    every later host to inherit."""

    spec: HostSpec


class Start(Frame, frozen=True, tag=10):
    """Node → host: start this worker."""

    worker: int


class Interrupt(Frame, frozen=True, tag=11):
    """Node → host: this call of this worker is past its deadline and its worker does not react."""

    worker: int
    call: int
    """0: whatever it is that keeps the worker from answering."""


class Drain(Frame, frozen=True, tag=12):
    """Node → host: stop the workers and exit; no call is in flight."""

    grace: float = 0.0
    """Seconds that tasks which calls have left behind may go on."""


class Ready(Frame, frozen=True, tag=13):
    """Host → node: this worker has imported the app and takes calls."""

    worker: int
    info: Raw
    """What the floor above wants known of the app; opaque here."""
    usual_workers: int = 0
    """How many workers a host of this app has if its limits do not say; 0: as any."""


class Broken(Frame, frozen=True, tag=14):
    """Host → node: this worker could not start the app; ``where`` is ``file:line`` in the app, if known."""

    worker: int
    error: str
    where: str
    traceback: str


NET = "net"
"""The stream of lines about what the network refuses."""


class LogLine(Frame, frozen=True, tag=15):
    """Host → node, on the host's log socket: one line that the app printed or logged. When that was the node knows:
    a host's clock is not asked."""

    worker: Annotated[int, Meta(ge=0, le=MAX_WORKERS)]
    trace: Annotated[str, Meta(pattern=r"\A[0-9A-Za-z._-]{0,64}\Z")]
    """The request id, if there is one; whether it is one of its node's, the node looks up."""
    stream: Annotated[str, Meta(pattern=r"\A(stdout|stderr|log|net)\Z")]
    """``net``: what its network refuses; the node tells it once a minute of a release, as one of ``log``."""
    level: Annotated[str, Meta(pattern=r"\A(|trace|debug|info|warning|error|critical)\Z")]
    """Empty: unknown. ``trace``: shown only to those who ask for all."""
    text: str


FromWorker = Call | Reply | Data | Credit | Cancel | Fail | Pong
ToWorker = Call | Reply | Data | Credit | Cancel | Fail | Ping
ToHost = Start | Interrupt | Drain | Ping
FromHost = Ready | Broken | Pong


# --- between the node and its zygote, one frame a message -------------------------------------------------------


class Fork(Frame, frozen=True, tag=20):
    """Node → zygote: fork a host. Its descriptors come along, in the order of ``host/handles.py``; its spec waits in
    one of them (``Begin``). Here is only what its broker needs."""

    pending: int
    app: str
    net: tuple[str, ...]
    subprocess: bool
    uid: int


class Adopt(Frame, frozen=True, tag=24):
    """Node → zygote: these processes, whose descriptors (pidfds) come along, are from a zygote that died. Let them end
    with the node, as your own do."""


class Forked(Frame, frozen=True, tag=21):
    """Zygote → node: the host of this pending is this process; 0 if the system refused, for ``error``."""

    pending: int
    pid: int
    error: str = ""
    broker: int = 0
    """Its broker's process; 0: it needs none."""


class Exited(Frame, frozen=True, tag=22):
    """Zygote → node: this host or broker is gone; ``status`` as ``waitpid`` gives it, ``peak`` a host's largest size in
    bytes, beyond what it shared with the zygote."""

    pid: int
    status: int
    peak: int
    out_of_memory: bool = False
    """Whether the kernel ended one of its processes for want of memory: known where it has a control group."""


class Preforked(Frame, frozen=True, tag=23):
    """Zygote → node: this process is forked and waits to be a host. Should the zygote die, the node reaps it."""

    pid: int


class Warm(Frame, frozen=True, tag=25):
    """Zygote → node, first of all: it can fork hosts from now on."""

    own_root: bool
    """Whether hosts with trusted code get a root of their own, in which the kernel knows the app's names."""


ToZygote = Fork | Adopt
FromZygote = Forked | Exited | Preforked | Warm
