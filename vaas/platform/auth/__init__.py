"""Who may do what on the platform.

``credential.py`` says what a token looks like and where one may stand in a request: the gateway strips by it what the
API accepts by it. ``tokens.py`` makes tokens and turns one into an ``Identity`` with rights. A request to the API
enters by ``platform/control/auth_middleware.py`` and leaves with that identity for ``platform/control/endpoints``.
``kept_tokens.py`` is the other end: the file in which a person keeps tokens on their machine, for the command line.

Not imported here: the gateway, ``platform/control``, the framework, and a server of any kind. ``credential.py`` is on
the path of every request and imports nothing of vaas; ``kept_tokens.py`` is imported by every command, so it imports
nothing that is slow."""
