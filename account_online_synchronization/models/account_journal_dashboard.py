from odoo import fields, models
from odoo.tools import SQL

SHOWN = """
    SELECT account.id AS account_id, account.balance, account.balance_date, account.books_balance,
           account.balance_difference, account.balance_differs_since, account.balance_proof,
           account.trouble_code, account.trouble_reference, account.feed_is_blind,
           account.limited_until AS account_limited_until,
           link.id AS link_id, link.name, link.is_previous, link.state, link.sync_user_id,
           link.needs_user, link.connect_mode, link.auto_sync, link.unattended_allowed,
           link.last_success, link.next_refresh, link.last_error_code,
           GREATEST(link.limited_until, link.by_hand_from) AS limited_until,
           link.last_error_message, link.last_error_reference,
           link.expiring_synchronization_date, link.last_run_id,
           run.state AS run_state, visit.last_line_id
      FROM account_online_account account
      LEFT JOIN account_online_link link ON link.id = account.account_online_link_id
      LEFT JOIN account_online_run run ON run.id = link.last_run_id
      LEFT JOIN account_journal journal ON journal.account_online_account_id = account.id
      LEFT JOIN account_online_visit visit
             ON visit.journal_id = journal.id AND visit.user_id = %s
     WHERE account.id IN %s
"""
# New is what was booked since the user's last visit; before his first one, by the last run.
COUNTS = """
    SELECT online_account_id, state, count(*)
      FROM account_online_transaction
     WHERE online_account_id IN %(accounts)s
       AND state IN ('pending', 'waiting', 'to_review', 'quarantined')
       AND acknowledged IS NOT TRUE
  GROUP BY 1, 2
 UNION ALL
    SELECT feed.online_account_id, 'new', count(*)
      FROM account_online_transaction feed
     WHERE feed.online_account_id IN %(unvisited)s
       AND feed.state = 'imported' AND feed.first_run_id IN %(runs)s
  GROUP BY 1
 UNION ALL
    SELECT line.online_account_id, 'new', count(*)
      FROM (VALUES %(visited)s) AS visited (account_id, last_line_id)
      JOIN account_bank_statement_line line
        ON line.online_account_id = visited.account_id AND line.id > visited.last_line_id
  GROUP BY 1
"""
NOTHING = 0  # no record has this id; a list in SQL may not be empty


class AccountJournal(models.Model):
    """What the dashboard card of a synchronized journal shows."""

    _inherit = 'account.journal'

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Override of `account` to add ``online_sync`` and ``online_picker`` to bank cards."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        journals_sudo = self.sudo().filtered(lambda journal: journal.type in ('bank', 'credit'))
        shown = journals_sudo._online_shown()
        counts = self._online_feed_counts(shown)
        error_texts = self._online_error_texts(shown.values())
        may_connect = self.env['account.online.link'].has_access('create')
        for journal in journals_sudo:
            account_id = journal.account_online_account_id.id
            dashboard_data[journal.id]['online_picker'] = may_connect and not account_id
            dashboard_data[journal.id]['online_sync'] = bool(account_id) and {
                **self._online_link_card(shown[account_id]),
                'error_message': error_texts.get(shown[account_id]['link_id'], False),
                **self._online_account_card(shown[account_id]),
                'waiting': counts.get((account_id, 'waiting'), 0),
                'review': counts.get((account_id, 'to_review'), 0),
                'quarantined': counts.get((account_id, 'quarantined'), 0),
                'pending': counts.get((account_id, 'pending'), 0),
                'new': counts.get((account_id, 'new'), 0),
                'balance': journal._online_balance_card(shown[account_id]),
            }

    def _online_shown(self):
        """One query for all cards: what account, connection and last run say, by account.

        The ORM would take three; the dashboard is what people look at most.
        """
        accounts = self.account_online_account_id
        if not accounts:
            return {}
        for model in (
            'account.online.account', 'account.online.link', 'account.online.run',
            'account.online.visit',
        ):
            self.env[model].flush_model()
        self.flush_model(['account_online_account_id'])
        rows = self.env.execute_query_dict(SQL(SHOWN, self.env.uid, tuple(accounts.ids)))
        return {row['account_id']: row for row in rows}

    def _online_feed_counts(self, shown):
        """One query for all cards: rows that are not in the books, and what is new there.

        :return: count by account and state, ``new`` for what was booked.
        """
        if not shown:
            return {}
        self.env['account.online.transaction'].flush_model()
        self.env['account.bank.statement.line'].flush_model(['online_account_id'])
        visited = [
            (account_id, row['last_line_id']) for account_id, row in shown.items()
            if row['last_line_id'] is not None
        ]
        unvisited = [
            account_id for account_id, row in shown.items() if row['last_line_id'] is None
        ]
        runs = [row['last_run_id'] for row in shown.values() if row['last_run_id']]
        rows = self.env.execute_query(SQL(
            COUNTS,
            accounts=tuple(shown),
            unvisited=tuple(unvisited) or (NOTHING,),
            runs=tuple(runs) or (NOTHING,),
            visited=SQL(', ').join(SQL('(%s, %s)', *pair) for pair in visited or [(NOTHING, 0)]),
        ))
        return {(account_id, state): count for account_id, state, count in rows}

    def _online_account_card(self, account):
        return {
            'account_id': account['account_id'],
            'trouble': self.env['account.online.account']._explain_trouble(
                account['trouble_code'], account['name'], account['account_limited_until'],
            ),
            'trouble_reference': account['trouble_reference'] or False,
            'feed_is_blind': bool(account['feed_is_blind']),
        }

    def _online_link_card(self, link):
        expiry = link['expiring_synchronization_date']
        return {
            'link_id': link['link_id'] or False,
            'link_name': link['name'] or False,
            'link_state': link['state'] or 'disconnected',
            'is_previous': bool(link['is_previous']),
            # Asked for by somebody, or under way.
            'running': bool(link['sync_user_id']) or link['run_state'] == 'running',
            'needs_user': bool(link['needs_user']),
            'connect_mode': link['connect_mode'] or False,
            'auto_sync': bool(link['auto_sync']),
            'unattended_allowed': bool(link['unattended_allowed']),
            'last_success': _utc(link['last_success']),
            'next_refresh': _utc(link['auto_sync'] and link['next_refresh']),
            'limited_until': _utc(link['limited_until']),
            'error_code': link['last_error_code'] or False,
            'error_reference': link['last_error_reference'] or False,
            'expires_on': fields.Date.to_string(expiry) or False,
            'expires_in_days': bool(expiry) and (expiry - fields.Date.context_today(self)).days,
        }

    def _online_error_texts(self, cards):
        """What went wrong, by connection, in the reader's language: read for all cards at once."""
        failing = {card['link_id'] for card in cards if card['last_error_message']}
        links = self.env['account.online.link'].sudo().browse(failing)
        return {link.id: link.last_error_text for link in links}

    def _online_balance_card(self, account):
        currency = self._online_currency()
        proof = account['balance_proof'] or {}
        if not account['balance_date'] or proof.get('state', 'unknown') == 'unknown':
            return {'state': 'unknown'}
        return {
            'state': proof['state'],
            'bank': currency.format(account['balance'] or 0.0),
            'books': currency.format(account['books_balance'] or 0.0),
            'difference': currency.format(account['balance_difference'] or 0.0),
            'since': fields.Date.to_string(account['balance_differs_since']) or False,
        }


def _utc(instant):
    return f'{instant.isoformat()}Z' if instant else False
