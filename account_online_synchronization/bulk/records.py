"""Records of this addon's own plain models, in bulk.

What the bank said and the keys to know it by are several rows for each transaction. Their models
compute nothing but what the caller says, so that storing them is filling a table. As soon as
another module takes part in their creation, Odoo's own `create` does it.
"""
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.misc import split_every

from .overrides import owners_of

AT_A_TIME = 1000  # rows of one statement
# The framework's parts of creation; `odoo` and `base` define them, and modules may redefine them.
CREATION_METHODS = (
    'create', '_create', 'write', 'default_get', '_prepare_create_values', '_validate_fields',
    '_check_company', 'modified', 'flush_model',
)
OWN_MODULES = frozenset({'odoo', 'base', 'account_online_synchronization'})
NOTHING = ([Command.clear()], [(5,)], False)  # of a relation that a new record doesn't have


def create_records(model, vals_list, computed):
    """As ``model.create(vals_list)``, for a model of this addon, with less ado.

    The references of the values are not compared with the company: the caller knows them.

    :param model: the superuser's.
    :param computed: value of each stored computed field, the same for all records.
    """
    if not vals_list:
        return model
    names = _columns(model, vals_list)
    if names is None or not _is_plain(model, computed):
        return model.create(vals_list)
    defaults = model.default_get([
        name for name, field in model._fields.items() if field.store and field.column_type
    ])
    common = {**defaults, **computed, **_log_values(model)}
    ids = []
    for part in split_every(AT_A_TIME, vals_list, list):
        ids += _insert(model, sorted({*names, *common}), common, part)
    records = model.browse(ids)
    _forget_relations(records)
    with model.env.protecting([model._fields[name] for name in computed], records):
        records.modified(model._fields, create=True)
    return records


def _columns(model, vals_list):
    """The names of the values that are columns; None when others ask for more than nothing."""
    names = set().union(*vals_list)
    relations = {name for name in names if not model._fields[name].column_type}
    if any(vals.get(name, False) not in NOTHING for vals in vals_list for name in relations):
        return None
    return names - relations


def _is_plain(model, computed):
    """Whether only this addon and the framework take part in the creation."""
    fields = [field for field in model._fields.values() if field.store]
    dependents = {
        dependent for field in fields for dependent in model.pool.get_dependent_fields(field)
        if dependent.store and dependent.name not in computed
    }
    return (
        model.env.su
        and not any(field.manual or field._module not in OWN_MODULES for field in fields
                    if field._module is not None)
        and {field.name for field in fields if field.compute} <= computed.keys()
        and not dependents
        and all(
            owners_of(klass, vars(klass)[name]) <= OWN_MODULES
            for klass in type(model).mro() for name in CREATION_METHODS if name in vars(klass)
        )
    )


def _log_values(model):
    now, user = model.env.cr.now(), model.env.uid
    return {'create_uid': user, 'create_date': now, 'write_uid': user, 'write_date': now}


def _insert(model, names, common, vals_list):
    """Insert one row for each of the values; returns their ids.

    :param common: what a row has of which the values say nothing; converted once for all.
    """
    fields = [model._fields[name] for name in names]
    fixed = [
        field.convert_to_column_insert(common[field.name], model) if field.name in common else None
        for field in fields
    ]
    model.env.cr.execute(SQL(
        "INSERT INTO %s (%s) VALUES %s RETURNING id",
        SQL.identifier(model._table),
        SQL(", ").join(map(SQL.identifier, names)),
        SQL(", ").join(
            tuple(
                field.convert_to_column_insert(vals[field.name], model)
                if field.name in vals else value
                for field, value in zip(fields, fixed, strict=True)
            )
            for vals in vals_list
        ),
    ))
    return [record_id for record_id, in model.env.cr.fetchall()]


def _forget_relations(records):
    """What other records hold of these in the cache isn't all of it any more."""
    for field in records._fields.values():
        if field.type == 'many2one':
            for inverse in records.pool.field_inverses[field]:
                records.env[inverse.model_name].invalidate_model([inverse.name], flush=False)


def link_lines(rows, lines):
    """Say of feed rows which statement lines they have become: the lines say it already.

    :param rows, lines: in the same order.
    """
    rows.flush_recordset(['statement_line_id', 'write_uid', 'write_date'])
    rows.env.cr.execute(SQL(
        """UPDATE %s AS feed SET statement_line_id = line.id, write_uid = %s, write_date = %s
             FROM unnest(%s, %s) AS line (row_id, id) WHERE feed.id = line.row_id""",
        SQL.identifier(rows._table), rows.env.uid, rows.env.cr.now(), rows.ids, lines.ids,
    ))
    rows.invalidate_recordset(['statement_line_id', 'write_uid', 'write_date'], flush=False)
    rows.modified(['statement_line_id'])
