from . import account_online_duplicates
from . import account_online_mapping
from . import account_online_missing
from . import account_setup_bank_manual_config
