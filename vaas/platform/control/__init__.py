"""The API that operators, the command line and the console use: itself a vaas app, served in process.

``app.py`` puts it together: ``auth_middleware.py`` lets callers in by their token, ``endpoints/`` are the handlers, one
class per noun, and the use-cases beside them do the work on the stores. What changes an app is decided in ``plans.py``.
"""
