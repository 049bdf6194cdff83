"""How this database talks to the proxy: two transports behind one interface, no ORM inside."""

from .client import ProxyClient
from .errors import OnlineSyncError
from .https_transport import HttpsTransport
from .in_process_transport import InProcessTransport

__all__ = ['HttpsTransport', 'InProcessTransport', 'OnlineSyncError', 'ProxyClient']
