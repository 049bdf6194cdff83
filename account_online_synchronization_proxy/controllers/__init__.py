from . import dispatcher  # which routes name
from . import api
from . import coverage
from . import logos
from . import pages
from . import webhooks
from . import sandbox
