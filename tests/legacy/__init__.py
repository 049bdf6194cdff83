"""Databases as older versions left them, installed and upgraded through Odoo itself."""
