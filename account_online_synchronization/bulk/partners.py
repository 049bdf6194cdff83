"""Columns that follow from a line's partner, asked from Odoo's own computes.

An unsaved entry is made for each partner, and the methods that compute what depends on an entry's
partner (commercial entity, fiscal position, bank account, ...) run once for all of them.
"""
import json

from .text import column_text

# Filled from the values of the line, or equal for all lines of a kind.
NOT_FROM_PARTNER = frozenset({'narration', 'invoice_date_due'})


def partner_columns(company, journal, lines):
    """Return {(partner id, currency id): {column of account_move: text}} for the partners."""
    pairs = sorted({
        (line['partner_id'], line.currency.id) for line in lines if line['partner_id']
    })
    if not pairs:
        return {}
    moves = _unsaved_moves(company, journal, pairs)
    fields = _fields_of_partner(moves)
    for field in {field.compute: field for field in fields}.values():
        field.compute_value(moves)
    return {
        pair: {field.name: column_text(field, move[field.name], move) for field in fields}
        for pair, move in zip(pairs, moves, strict=True)
    }


def analytic_distributions(company, journal, lines, account_ids):
    """Return {(partner id or 0, account id): distribution as JSON text} where a model gives one."""
    env = journal.env
    if not env['account.analytic.distribution.model'].sudo().search_count([], limit=1):
        return {}
    keys = sorted({
        (line['partner_id'] or 0, account_id) for line in lines for account_id in account_ids
    })
    pairs = [(partner_id, lines[0].currency.id) for partner_id, _account_id in keys]
    items = env['account.move.line'].concat(*(
        env['account.move.line'].new({
            'move_id': move, 'account_id': account_id, 'partner_id': partner_id,
            'display_type': 'product',
        })
        for move, (partner_id, account_id)
        in zip(_unsaved_moves(company, journal, pairs), keys, strict=True)
    ))
    items._fields['analytic_distribution'].compute_value(items)
    return {
        key: json.dumps(item.analytic_distribution)
        for key, item in zip(keys, items, strict=True) if item.analytic_distribution
    }


def _unsaved_moves(company, journal, pairs):
    moves = journal.env['account.move'].with_context(is_statement_line=True)
    return moves.concat(*(
        moves.new({
            'move_type': 'entry', 'journal_id': journal.id, 'company_id': company.id,
            'partner_id': partner_id, 'currency_id': currency_id,
        })
        for partner_id, currency_id in pairs
    ))


def _fields_of_partner(moves):
    """The stored fields of an entry that Odoo computes from its partner."""
    dependent = moves.pool.get_dependent_fields(moves._fields['partner_id'])
    return sorted({
        field for field in dependent
        if field.store and field.model_name == moves._name and field.name not in NOT_FROM_PARTNER
    }, key=lambda field: field.name)
