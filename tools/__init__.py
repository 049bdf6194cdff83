"""What `make` runs: builds an Odoo 19 under `.odoo/`, and starts, tests and checks the addons.

Only the standard library is used here, because this code runs before anything is installed.
"""
