"""Group synchronized lines in one statement per period, with balances that follow each other."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

FORTNIGHT_EPOCH = date(1970, 1, 5)  # a Monday; fortnights are counted from it


def period_of(day, grouping):
    """First and last day of the period that ``day`` falls in.

    :param grouping: day | week | fortnight | month. Weeks begin on Monday.
    """
    if grouping == 'day':
        return day, day
    if grouping == 'month':
        return day.replace(day=1), day + relativedelta(day=31)
    days = {'week': 7, 'fortnight': 14}[grouping]
    start = FORTNIGHT_EPOCH + timedelta(days=(day - FORTNIGHT_EPOCH).days // days * days)
    return start, start + timedelta(days=days - 1)


def group_lines(journal, lines):
    """Put new lines into the statements of their periods and settle the balances after them.

    Statements made by hand are never touched.
    """
    grouping = journal.bank_statement_creation_groupby
    if not lines or grouping == 'none':
        return
    statements = journal.env['account.bank.statement']
    first = first_statement(journal)
    by_period = lines.grouped(lambda line: period_of(line.date, grouping))
    for (start, end), members in sorted(by_period.items()):
        statement = statements.search([
            ('journal_id', '=', journal.id),
            ('online_period_start', '=', start), ('online_period_end', '=', end),
        ], limit=1)
        if statement:
            members.statement_id = statement
        else:
            statements.create({
                'name': _name_of(journal, start, end),
                'online_period_start': start,
                'online_period_end': end,
                'balance_start': 0.0,  # known below
                'line_ids': [(6, 0, members.ids)],
            })
    if first:
        _carry_opening_back(journal, first, lines)
    else:
        account, first = journal.account_online_account_id, first_statement(journal)
        first.balance_start = (
            account.opening_balance if account.opening_known else _balance_before(first)
        )
    settle(journal, min(start for start, _end in by_period))


def first_statement(journal):
    """The journal's first statement, whose starting balance is the opening of all others."""
    return journal.env['account.bank.statement'].search(
        [('journal_id', '=', journal.id), ('first_line_index', '!=', False)],
        order='first_line_index', limit=1,
    )


def _carry_opening_back(journal, former_first, new):
    """When an earlier statement comes, the lines between it and the first one count by themselves.

    They were part of what that one started with; new lines were not.
    """
    first = first_statement(journal)
    if not former_first.online_period_start or first == former_first:
        return
    earlier = journal.env['account.bank.statement.line'].search([
        ('journal_id', '=', journal.id), ('move_id.state', '=', 'posted'),
        ('internal_index', '>=', first.first_line_index),
        ('internal_index', '<', former_first.first_line_index),
    ])
    first.balance_start = former_first.balance_start - sum((earlier - new).mapped('amount'))


def opening_of(journal):
    """Where the first statement begins, and with how much."""
    first = first_statement(journal)
    return first.first_line_index, first.balance_start


def carry_opening_on(journal, former_index, former_start, leaving):
    """When the first statement goes, the next one begins with what was there before both.

    :param leaving: lines that leave the statements; they do not count any more.
    """
    first = first_statement(journal)
    if not first.online_period_start or first.first_line_index <= former_index:
        return
    between = journal.env['account.bank.statement.line'].search([
        ('journal_id', '=', journal.id), ('move_id.state', '=', 'posted'),
        ('internal_index', '>=', former_index), ('internal_index', '<', first.first_line_index),
        ('id', 'not in', leaving.ids),
    ])
    first.balance_start = former_start + sum(between.mapped('amount'))


def settle(journal, day):
    """Bring the balances of our statements in line from the one that covers ``day`` on.

    Stops at the first statement made by hand: what somebody entered there is an anchor.
    """
    first = first_statement(journal)
    statements = journal.env['account.bank.statement'].search([
        ('journal_id', '=', journal.id), ('date', '>=', day), ('first_line_index', '!=', False),
    ], order='first_line_index')
    for statement in statements:
        if not statement.online_period_start:
            break
        if statement != first:
            statement.balance_start = _balance_before(statement)
        statement._compute_balance_end()
        statement.balance_end_real = statement.balance_end


def _balance_before(statement):
    """What a statement starts with, as Odoo computes it, but by an index of the lines.

    That is where the statement before it ended, and the lines in between.
    """
    lines = statement.env['account.bank.statement.line']
    lines.flush_model(['journal_id', 'company_id', 'internal_index', 'statement_id', 'amount'])
    statement.env['account.move'].flush_model(['state'])
    # Joined, all entries would be read, since PostgreSQL expects too many lines in between.
    earlier = SQL(
        """FROM account_bank_statement_line line
          WHERE line.journal_id = %s AND line.company_id = %s AND line.internal_index < %s
            AND (SELECT state FROM account_move WHERE id = line.move_id) = 'posted'""",
        statement.journal_id.id, statement.company_id.id, statement.first_line_index,
    )
    before = statement.env.execute_query(SQL(
        """SELECT line.statement_id, line.internal_index %s AND line.statement_id IS NOT NULL
            ORDER BY line.internal_index DESC LIMIT 1""", earlier,
    ))
    statement_id, index = before[0] if before else (False, '')
    [[between]] = statement.env.execute_query(SQL(
        "SELECT COALESCE(SUM(line.amount), 0) %s AND line.internal_index > %s", earlier, index,
    ))
    ended = statement.browse(statement_id).balance_end_real
    return statement.currency_id.round(ended + float(between))


def _name_of(journal, start, end):
    if start == end:
        period = start.isoformat()
    elif start.month == end.month and start.day == 1 and (end + timedelta(days=1)).day == 1:
        period = start.strftime('%Y-%m')
    else:
        period = f'{start.isoformat()} – {end.isoformat()}'
    return f'{journal.code} {period}'
