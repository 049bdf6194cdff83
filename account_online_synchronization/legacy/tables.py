"""Tables that another module made: given the columns, and freed of the rules, that ours stumble on.

Values are converted where they fit. Where some do not, the old column stays beside the new one
under another name, so that nothing is lost.
"""

import logging

from odoo.tools import SQL

from .layout import MODULE, columns

_logger = logging.getLogger(__name__)

# PostgreSQL has no cast that says no instead of failing before version 16.
FITS = """
CREATE OR REPLACE FUNCTION pg_temp.fits(value text, kind text) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT CAST(%L AS %s)', value, kind);
    RETURN TRUE;
EXCEPTION WHEN data_exception THEN
    RETURN FALSE;
END $$
"""
NUMBERS = ('int2', 'int4', 'int8', 'float4', 'float8', 'numeric')


def ensure_columns(cr, table, wanted):
    """Give ``table`` the ``wanted`` columns, whatever it has under these names.

    :param wanted: ``{name: type as PostgreSQL calls it}``.
    """
    found = columns(cr, table)
    for name, sql_type in wanted.items():
        if name not in found:
            _add(cr, table, name, sql_type)
        elif found[name] != sql_type:
            _replace(cr, table, name, found[name], sql_type)


def ensure_field_columns(model, module=MODULE):
    """Make room for the columns of the fields that ``module`` gives to ``model``.

    Odoo converts what PostgreSQL can cast; an old value that it can't would end the update.
    """
    found = columns(model.env.cr, model._table)
    for name, field in model._fields.items():
        if (
            field.store and field.column_type and name in found
            and module in field._modules and found[name] != field.column_type[0]
        ):
            _replace(model.env.cr, model._table, name, found[name], field.column_type[0])


def _add(cr, table, name, sql_type):
    cr.execute(
        SQL(
            "ALTER TABLE %s ADD COLUMN %s %s",
            SQL.identifier(table), SQL.identifier(name), SQL(sql_type),
        )
    )


def _replace(cr, table, name, old_type, sql_type):
    """Another module's column of this name makes way for one of our type."""
    former = _free_name(columns(cr, table), f'{name}_former')
    cr.execute(
        SQL(
            "ALTER TABLE %s RENAME COLUMN %s TO %s",
            SQL.identifier(table), SQL.identifier(name), SQL.identifier(former),
        )
    )
    cr.execute(
        SQL(
            "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
            SQL.identifier(table), SQL.identifier(former),
        )
    )
    _drop_indexes(cr, table, former)
    _add(cr, table, name, sql_type)
    value = _as_text(former, old_type, sql_type)
    cr.execute(FITS)
    cr.execute(
        SQL(
            "UPDATE %s SET %s = CAST(%s AS %s) WHERE pg_temp.fits(%s, %s)",
            SQL.identifier(table), SQL.identifier(name), value, SQL(sql_type), value, sql_type,
        )
    )
    cr.execute(
        SQL(
            "SELECT count(*) FROM %s WHERE %s IS NULL AND %s IS NOT NULL",
            SQL.identifier(table), SQL.identifier(name), SQL.identifier(former),
        )
    )
    if unreadable := cr.fetchone()[0]:
        _logger.warning(
            "Column %s of %s had another type, and %s of its values are no %s: they are kept in %s",
            name, table, unreadable, sql_type, former,
        )
    else:
        cr.execute(
            SQL("ALTER TABLE %s DROP COLUMN %s", SQL.identifier(table), SQL.identifier(former))
        )


def _as_text(column, old_type, sql_type):
    """SQL for the value as text; of a translated text the English one, else the first."""
    name = SQL.identifier(column)
    if old_type in ('json', 'jsonb') and sql_type in ('varchar', 'text'):
        return SQL(
            "COALESCE(%(name)s::jsonb ->> 'en_US', (SELECT value FROM jsonb_each_text("
            "CASE jsonb_typeof(%(name)s::jsonb) WHEN 'object' THEN %(name)s::jsonb END) LIMIT 1),"
            " %(name)s::jsonb #>> '{}')",
            name=name,
        )
    if old_type in NUMBERS and sql_type in ('int2', 'int4', 'int8'):
        return SQL("trim_scale(%s::numeric)::text", name)
    return SQL("TRIM(%s::text)", name)


def _free_name(taken, wanted):
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f'{wanted}_{number}'
    return name


def _drop_indexes(cr, table, column):
    """An index keeps its name when its column is renamed; ours will want that name."""
    cr.execute(
        SQL(
            """
        SELECT DISTINCT index.indexrelid::regclass::text
          FROM pg_index index
          JOIN pg_attribute attribute
            ON attribute.attrelid = index.indrelid AND attribute.attnum = ANY(index.indkey)
         WHERE index.indrelid = to_regclass(%s) AND attribute.attname = %s
           AND NOT EXISTS (
               SELECT 1 FROM pg_constraint rule WHERE rule.conindid = index.indexrelid)
            """,
            table, column,
        )
    )
    for (name,) in cr.fetchall():
        cr.execute(SQL("DROP INDEX %s", SQL(name)))


def drop_rules(cr, table):
    """Free a table of another module's rules on its values: unique, checked, mandatory columns.

    Ours follow with the columns; nobody would know any more what the others are good for.
    """
    cr.execute(
        SQL(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = to_regclass(%s) AND contype IN ('c', 'u', 'x')",
            table,
        )
    )
    rules = [SQL("DROP CONSTRAINT %s", SQL.identifier(name)) for (name,) in cr.fetchall()]
    rules += [
        SQL("ALTER COLUMN %s DROP NOT NULL", SQL.identifier(name))
        for name in columns(cr, table) if name != 'id'
    ]
    if rules:
        cr.execute(SQL("ALTER TABLE %s %s", SQL.identifier(table), SQL(", ").join(rules)))
    cr.execute(
        SQL(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indrelid = to_regclass(%s) AND indisunique AND NOT indisprimary",
            table,
        )
    )
    for (name,) in cr.fetchall():
        cr.execute(SQL("DROP INDEX %s", SQL(name)))


def clear_dangling(cr, table, column, target):
    """Forget references to rows that do not exist; Odoo is about to forbid them."""
    if column in columns(cr, table):
        cr.execute(
            SQL(
                "UPDATE %(table)s referring SET %(column)s = NULL"
                " WHERE %(column)s IS NOT NULL AND NOT EXISTS ("
                "       SELECT 1 FROM %(target)s target WHERE target.id = referring.%(column)s)",
                table=SQL.identifier(table), column=SQL.identifier(column),
                target=SQL.identifier(target),
            )
        )


def clear_unreadable_times(cr, table):
    """Forget times that no calendar of today holds, and amounts that are no numbers."""
    conditions = {
        'date': "%s NOT BETWEEN '1900-01-01' AND '2199-12-31'",
        'timestamp': "%s NOT BETWEEN '1900-01-01' AND '2199-12-31'",
        'float8': "%s IN ('NaN', 'Infinity', '-Infinity')",
        'numeric': "%s::float8 IN ('NaN', 'Infinity', '-Infinity')",
    }
    for name, sql_type in columns(cr, table).items():
        if sql_type in conditions:
            column = SQL.identifier(name)
            cr.execute(
                SQL(
                    "UPDATE %s SET %s = NULL WHERE %s",
                    SQL.identifier(table), column, SQL(conditions[sql_type], column),
                )
            )
