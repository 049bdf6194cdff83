{
    'name': 'Bank Synchronization Proxy',
    'version': '19.0.1.0.0',
    'category': 'Accounting/Accounting',
    'summary': 'Reach banks through providers, for one database or for many',
    'author': 'Bank Synchronization Contributors',
    'license': 'LGPL-3',
    'depends': ['base_setup', 'mail', 'sms', 'web'],
    'external_dependencies': {'python': ['cryptography', 'PyJWT', 'requests']},
    'data': [
        'security/proxy_security.xml',
        'security/ir.model.access.csv',
        'data/online_proxy_provider_data.xml',
        'views/page_templates.xml',
        'views/sandbox_templates.xml',
    ],
    'application': True,
}
