from . import access_log

access_log.install()
