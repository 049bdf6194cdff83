"""What schemathesis needs to know of the interface: how requests are signed, and what exists.

It loads this file in its own process; the test hands over by the environment.
"""

import json
import os
import sys
import zlib
from pathlib import Path

import schemathesis

sys.path.insert(0, str(Path(__file__).parents[2] / 'account_online_synchronization'))
from proxy_client.signing import Credentials, RequestSigner

KNOWN = json.loads(os.environ['KNOWN_TO_THE_PROXY'])

schemathesis.auth.set_from_requests(RequestSigner(Credentials(**KNOWN['credentials'])))


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Let every other request be about something that exists, unless it would end it."""
    is_chosen = zlib.crc32(repr(path_parameters).encode()) % 2
    if not path_parameters or context.operation.method == 'delete' or not is_chosen:
        return path_parameters
    return {name: KNOWN['ids'].get(name, value) for name, value in path_parameters.items()}
