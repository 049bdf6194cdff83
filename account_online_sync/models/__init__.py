from . import account_bank_statement_line
from . import account_journal
from . import account_online_journal
from . import account_online_provider
from . import ir_module_module
from . import res_partner
