"""T1 to T16, every variant under its own name, through the importer and Odoo's accounting."""

from tests.matching.test_change_logs import *  # noqa: F403
from tests.matching.test_locked_periods import *  # noqa: F403
from tests.matching.test_provider_hints import *  # noqa: F403
from tests.matching.test_renumbered_ids import *  # noqa: F403
from tests.matching.test_second_thoughts import *  # noqa: F403
from tests.matching.test_settled_questions import *  # noqa: F403
from tests.matching.test_t01_pending import *  # noqa: F403
from tests.matching.test_t02_t06_ids import *  # noqa: F403
from tests.matching.test_t07_t09_content import *  # noqa: F403
from tests.matching.test_t08_switch import *  # noqa: F403
from tests.matching.test_t08_unknown_origin import *  # noqa: F403
from tests.matching.test_t10_t12_books import *  # noqa: F403
from tests.matching.test_t13_t16_runs import *  # noqa: F403
from tests.matching.test_two_troubles import *  # noqa: F403
