"""The sandbox: a believable world of banks that do not exist (see ``world``)."""

from .provider import SandboxProvider

__all__ = ['SandboxProvider']
