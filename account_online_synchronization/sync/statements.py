"""Group synchronized lines in one statement per period, with balances that follow each other."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

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
                'line_ids': [(6, 0, members.ids)],
            })
    settle(journal, min(start for start, _end in by_period))


def settle(journal, day):
    """Bring the balances of our statements in line from the one that covers ``day`` on.

    Stops at the first statement made by hand: what somebody entered there is an anchor.
    """
    statements = journal.env['account.bank.statement'].search([
        ('journal_id', '=', journal.id), ('date', '>=', day), ('first_line_index', '!=', False),
    ], order='first_line_index')
    for statement in statements:
        if not statement.online_period_start:
            break
        statement._compute_balance_start()
        statement._compute_balance_end()
        statement.balance_end_real = statement.balance_end


def _name_of(journal, start, end):
    if start == end:
        period = start.isoformat()
    elif start.month == end.month and start.day == 1 and (end + timedelta(days=1)).day == 1:
        period = start.strftime('%Y-%m')
    else:
        period = f'{start.isoformat()} – {end.isoformat()}'
    return f'{journal.code} {period}'
