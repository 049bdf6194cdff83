from . import api
from . import logos
from . import pages
from . import webhooks
from . import sandbox
