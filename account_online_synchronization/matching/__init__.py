"""Identity of bank transactions: what is known + what the bank sends now → a plan.

Pure Python, standard library only: no database, no network, no clock. Start reading at
``planner``; ``rows`` and ``policy`` are what goes in, ``outcome`` is what comes out.
"""

from .candidates import Candidates, candidates, reach, spans_around, spans_of_lines
from .keys import CURRENT_VERSION, content_key, id_keys, identity_keys
from .normalize import AccountFacts, normalize
from .outcome import (
    Booking,
    Demotion,
    Doubt,
    Gone,
    Link,
    Pending,
    Plan,
    Quarantine,
    Review,
    Same,
    Skipped,
    Waiting,
    Why,
)
from .planner import plan, release
from .policy import BalanceEvidence, Lock, Policy, Tolerance, Window
from .rows import (
    Counterparty,
    Foreign,
    Grade,
    IncomingRow,
    InvalidRow,
    KnownRow,
    Reason,
    References,
    Source,
    State,
    Status,
    UnlinkedLine,
)
from .text import storable

__all__ = [
    'CURRENT_VERSION',
    'AccountFacts',
    'BalanceEvidence',
    'Booking',
    'Candidates',
    'Counterparty',
    'Demotion',
    'Doubt',
    'Foreign',
    'Gone',
    'Grade',
    'IncomingRow',
    'InvalidRow',
    'KnownRow',
    'Link',
    'Lock',
    'Pending',
    'Plan',
    'Policy',
    'Quarantine',
    'Reason',
    'References',
    'Review',
    'Same',
    'Skipped',
    'Source',
    'State',
    'Status',
    'Tolerance',
    'UnlinkedLine',
    'Waiting',
    'Why',
    'Window',
    'candidates',
    'content_key',
    'id_keys',
    'identity_keys',
    'normalize',
    'plan',
    'reach',
    'release',
    'spans_around',
    'spans_of_lines',
    'storable',
]
