from . import test_authentication
from . import test_in_process
from . import test_pages
from . import test_registration
from . import test_sandbox_flow
from . import test_sandbox_site
from . import test_signing_vectors
from . import test_sync
