"""Answers of another shape than promised: the provider's failure, in every connector alike."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from inspect import isgeneratorfunction
from pathlib import Path

from .errors import ErrorCode, ProviderError

OPERATIONS = (
    'test_connection', 'institutions', 'start', 'resume', 'visited', 'accounts', 'refresh',
    'transactions', 'revoke', 'webhook',
)
# What looking for something in the wrong kind of value ends with.
MISFITS = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def told(operation: Callable) -> Callable:
    """The operation, with a ``provider_error`` in place of what a misshapen answer ends with.

    A defect of ours looks the same from inside. For the user it is the same, too: it is tried again
    by itself, and the operator finds the place in the event.
    """
    call = _generator(operation) if isgeneratorfunction(operation) else _function(operation)
    return wraps(operation)(call)


def readable(make: Callable, rows: Iterable) -> Iterator:
    """What ``make`` makes of the rows: one odd bank does not hide all others of the catalogue.

    Rows of which none is readable are an answer of another shape.
    """
    misfit, is_empty = None, True
    for row in rows:
        try:
            found = make(row)
        except MISFITS as error:
            misfit = error
        else:
            is_empty = False
            yield found
    if misfit and is_empty:
        raise misfit


def _function(operation: Callable) -> Callable:
    def call(*arguments, **options):
        try:
            return operation(*arguments, **options)
        except MISFITS as error:
            raise _error(error) from error

    return call


def _generator(operation: Callable) -> Callable:
    def call(*arguments, **options) -> Iterator:
        try:
            yield from operation(*arguments, **options)
        except MISFITS as error:
            raise _error(error) from error

    return call


def _error(error: Exception) -> ProviderError:
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f'{"/".join(Path(place.filename).parts[-2:])}:{place.lineno}'
    # Not the text of the exception: it may quote what it failed on.
    detail = f"The answer has another shape than promised ({type(error).__name__}, {where})"
    return ProviderError(ErrorCode.PROVIDER_ERROR, detail)
