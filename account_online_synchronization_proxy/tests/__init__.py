from . import test_signing_vectors
