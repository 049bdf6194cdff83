"""Values as text that PostgreSQL reads back as the value that the ORM would have stored."""
import json

from psycopg2.extras import Json


def column_text(field, value, record):
    """The text of what `field` stores for `value` (in the format of `write`), None for NULL."""
    if field.type == 'many2one' and hasattr(value, 'id'):
        value = value.id
    return as_text(field.convert_to_column_insert(value, record))


def as_text(value):
    """The text of a parameter that the ORM gives to PostgreSQL, None for NULL."""
    if value is None:
        return None
    if isinstance(value, Json):
        return json.dumps(value.adapted)
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return str(value)


def same_value(column_type, one, other):
    """Whether two texts of a column hold the same value."""
    if one is None or other is None or one == other:
        return one == other
    if column_type == 'jsonb':
        return json.loads(one) == json.loads(other)
    if column_type in {'double precision', 'real'}:
        return float(one) == float(other)
    return False
