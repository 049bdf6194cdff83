{
    'name': "Bank Simulator",
    'version': '19.0.1.0.0',
    'summary': "A provider from another addon: shows what a test wrote down",
    'category': 'Hidden',
    'author': "Bank Synchronization Contributors",
    'license': 'LGPL-3',
    'depends': ['account_online_synchronization_proxy'],
    'data': ['data/online_proxy_provider_data.xml'],
}
