from odoo import models

from ..proxy_client import OnlineSyncError
from ..sync.exclusive import AccountBusy

# Trouble of one account, which says nothing about the others.
OF_ACCOUNT = ('account_closed', 'invalid_request')
# Trouble that may be of one account: of the connection, if no account can be fetched.
PERHAPS_OF_ACCOUNT = ('institution_unavailable', 'provider_error', 'internal', 'unexpected')


class AccountOnlineLink(models.Model):
    """Whose trouble it is: of some accounts, whose siblings go on, or of the whole connection."""

    _inherit = 'account.online.link'

    def _import_account(self, client, account, run, result, attended, deadline):
        """Add to the result what one account brings, or why it could not be fetched.

        :raise OnlineSyncError: when it is trouble of the whole connection.
        """
        try:
            result.add((yield from account._fetch_and_import(client, run, attended, deadline)))
            return
        except AccountBusy:
            raise
        except OnlineSyncError as error:
            if not (error.code in OF_ACCOUNT + PERHAPS_OF_ACCOUNT or _is_limit_of_account(error)):
                raise
            trouble = error
        except Exception:  # noqa: BLE001 -- one account's failure stops no other
            trouble = self._unexpected_error()
        self.env.cr.rollback()
        result.troubles.append((account, trouble))
        if trouble.code in OF_ACCOUNT:
            account._note_trouble(trouble)
        elif _is_limit_of_account(trouble):
            account._note_limit(trouble)
        else:
            return
        self._checkpoint()  # it holds whatever becomes of the others

    def _settle_troubles(self, accounts, result):
        """Note the troubles on their accounts, unless it is one of the whole connection.

        :raise OnlineSyncError: when no account could be fetched.
        """
        perhaps_of_all = [error for _who, error in result.troubles if error.code not in OF_ACCOUNT]
        if perhaps_of_all and len(result.troubles) == len(accounts):
            raise _soonest_to_retry(perhaps_of_all)
        for account, error in result.troubles:
            account._note_trouble(error)


def _is_limit_of_account(error):
    """Whether only this account must pause; a limit that names none may be one of all."""
    return error.code == 'rate_limited' and error.account_id is not None


def _soonest_to_retry(errors):
    """What passes by itself before limits, and those in the order in which they end."""
    passing = [error for error in errors if error.code != 'rate_limited']
    limits = [error for error in errors if error.until]
    return (passing or sorted(limits, key=lambda error: error.until) or errors)[0]
