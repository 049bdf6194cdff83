from . import test_previous_module
