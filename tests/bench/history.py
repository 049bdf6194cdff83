"""Gives a journal a long history by set-based SQL: each row as Odoo and the addon would store it.

Read by `odoo shell`; `BENCH` holds {'lines', 'days'}. One synchronized line is the template of all.
"""
