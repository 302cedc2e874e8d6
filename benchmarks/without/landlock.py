"""Neither Landlock nor seccomp: what is left are a session of its own, lost capabilities and a uid."""

from benchmarks.without import see

see(landlock=0, seccomp=False, notify=False)
