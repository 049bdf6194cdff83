{
    'name': "Bank Synchronization",
    'version': '19.0.1.0.0',
    'summary': "Every booked bank transaction in the books, exactly once, by itself, with proof",
    'category': 'Accounting/Accounting',
    'author': "Bank Synchronization Contributors",
    'license': 'LGPL-3',
    'depends': ['account'],
    'external_dependencies': {'python': ['requests']},
    'auto_install': True,
    'data': [
        'security/account_online_synchronization_groups.xml',
        'security/ir.model.access.csv',
        'security/account_online_synchronization_rules.xml',
        'data/ir_cron_data.xml',
    ],
    'post_init_hook': 'post_init_hook',
    'uninstall_hook': 'uninstall_hook',
}
