from . import test_https_transport
from . import test_js
from . import test_proxy_errors
from . import test_signing_vectors
from . import test_statement_periods
from . import test_synchronize
