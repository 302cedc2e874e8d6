"""No filter of system calls."""

from benchmarks.without import see

see(seccomp=False, notify=False)
