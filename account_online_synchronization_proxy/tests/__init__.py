from . import test_in_process
from . import test_signing_vectors
