"""`python3 -m tools COMMAND`: see `make help`.

This file alone must be readable by an older Python, so that it can say that it is too old.
"""

import sys

if sys.version_info < (3, 10):
    sys.exit(
        "This is Python %d.%d, but Odoo 19 needs Python 3.10 or newer: install one and name it, "
        "for example `make run PYTHON=python3.11`." % sys.version_info[:2]
    )

from tools.main import main

sys.exit(main(sys.argv[1:]))
