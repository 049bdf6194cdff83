from . import account_online_mapping
