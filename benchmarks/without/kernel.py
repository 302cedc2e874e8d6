"""No kernel layer: what is left are closed descriptors and rlimits."""

from benchmarks.without import see

see(linux=False, landlock=0, seccomp=False, notify=False, root=False, uids=0)
