"""Yodlee: banks all over the world, through FastLink."""

from .provider import Yodlee
