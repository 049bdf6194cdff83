{
    'name': 'Bank Synchronization (previous module)',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': 'Keeps the data of the bank synchronization used before December 2020 readable',
    'author': 'Bank Synchronization Contributors',
    'license': 'LGPL-3',
    'depends': ['account'],
    'data': [
        'security/ir.model.access.csv',
        'security/account_online_sync_security.xml',
        'views/account_online_provider_views.xml',
    ],
}
