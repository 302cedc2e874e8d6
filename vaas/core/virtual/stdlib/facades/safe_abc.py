"""``abc`` for restricted code: ``ABCMeta`` as a function, and decorators that mark the app's own functions alone."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from vaas.core.restrict.classes import ABCMeta
from vaas.core.restrict.ownership import is_own


def abstractmethod(function: Callable[..., Any]) -> Callable[..., Any]:
    """Raises TypeError for a function that is not the app's own: the mark would stay on it."""
    if not is_own(function):
        raise TypeError("abstractmethod is for the app's own functions")
    return abc.abstractmethod(function)


def abstractproperty(function: Callable[..., Any]) -> Any:
    return property(abstractmethod(function))


def abstractclassmethod(function: Callable[..., Any]) -> Any:
    return classmethod(abstractmethod(function))


def abstractstaticmethod(function: Callable[..., Any]) -> Any:
    return staticmethod(abstractmethod(function))


NAMES = {
    "ABCMeta": ABCMeta,
    **{it.__name__: it for it in (abstractmethod, abstractproperty, abstractclassmethod, abstractstaticmethod)},
}
