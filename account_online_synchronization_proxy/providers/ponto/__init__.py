"""Ponto: Ponto Connect for an operator, and the integration that a company makes for itself."""

from .custom import PontoCustom
from .provider import Ponto
