from . import online_proxy_disconnect
from . import online_proxy_shown_once
