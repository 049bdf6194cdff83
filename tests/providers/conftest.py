"""Providers are tested alone: no Odoo, no database, real HTTP to fakes on this machine."""

import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'account_online_synchronization_proxy'))
sys.path.insert(0, str(Path(__file__).parent))


class Clock:
    """A clock that tests set."""

    def __init__(self):
        self.time = datetime(2026, 3, 15, 12, 0, tzinfo=timezone.utc)

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Keep the back-off of retries, but not its seconds."""
    from providers import http

    monkeypatch.setattr(http, 'BACK_OFF', (0, 0))


@pytest.fixture(autouse=True)
def calm():
    """Strangers have not asked for webhook keys: the clocks of tests stand still."""
    from providers import webtokens

    webtokens._unknown_keys.release()


@pytest.fixture
def saved():
    """What connectors saved: ``(tokens, link_key)``, in order."""
    return []


@pytest.fixture
def learned():
    """What connectors learned of limits: ``(account_id, unattended_left, until)``, in order."""
    return []


@pytest.fixture
def make_context(clock, saved, learned):
    """Build the context of one link."""
    from providers.interface import Context

    def build(tokens=None, **settings):
        return Context(
            session=requests.Session(),
            settings=settings,
            tokens=dict(tokens or {}),
            store=lambda tokens, link_key: saved.append((tokens, link_key)),
            learn=lambda *values: learned.append(values),
            now=clock,
            timeout=(2.0, 5.0),
        )

    return build
