class NotAlikeError(Exception):
    """The lines can't be copied from a sample; the text says why. Odoo's own create takes over."""
