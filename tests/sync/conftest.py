"""Make ``sync`` importable alone, as far as it needs neither Odoo nor the addon around it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'account_online_synchronization'))
