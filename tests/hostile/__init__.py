"""The storm: everything hostile that clients, deployers and apps may send, all at once, at a real platform.

`make storm SECONDS=30 SEED=7` runs ``__main__.py``, and that ``conductor.py``: it starts a platform, lets users of it
(``users.py``) ask all the time, measures the quiet, lets every attacker of ``attackers/`` loose in a process of its
own (``attacker.py``), and looks again at what is there afterwards (``census.py``). ``judge.py`` says what was as it
must be: samples in, verdicts out.

An attacker is a generator, pure but for its ``Random``: it yields volleys of shots (``vocabulary.py``), whose bytes
come from ``requests.py`` and ``frames.py``, and gets their answers, which ``responses.py`` has read. ``shooting.py``
is all that touches a socket. A shot says which answer is right (``rights.py``), so the storm also finds what is
answered wrong.
"""
