from . import account_online_mapping
from . import account_setup_bank_manual_config
