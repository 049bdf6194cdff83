"""Puts the addons into the namespace `odoo.addons`, where Odoo finds them by itself."""

import ast
import os
from pathlib import Path

from setuptools import setup

ROOT = Path(__file__).resolve().parent
ADDONS = sorted(path.parent.name for path in ROOT.glob('*/__manifest__.py'))
IGNORED = {'__pycache__'}


def packages_of(addon):
    """Folders of an addon that Python imports, as {package: folder}."""
    folders = {f'odoo.addons.{addon}': addon}
    for folder, names, files in os.walk(ROOT / addon):
        names[:] = sorted(set(names) - IGNORED) if '__init__.py' in files else []
        path = Path(folder).relative_to(ROOT)
        if '__init__.py' in files:
            folders['.'.join(('odoo', 'addons', *path.parts))] = path.as_posix()
    return folders


def data_of(addon, packages):
    """Every other file of the addon, relative to it: views, assets, translations, scripts."""
    modules = {
        file for folder in packages.values() for file in (ROOT / folder).glob('*.py')
    }
    return sorted(
        file.relative_to(ROOT / addon).as_posix() for file in (ROOT / addon).rglob('*')
        if file.is_file() and file not in modules and not IGNORED & set(file.parts)
    )


def manifest(addon):
    return ast.literal_eval((ROOT / addon / '__manifest__.py').read_text(encoding='utf-8'))


def requirements():
    lines = (ROOT / 'requirements.txt').read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


PACKAGES = {addon: packages_of(addon) for addon in ADDONS}
FOLDERS = {name: folder for packages in PACKAGES.values() for name, folder in packages.items()}
MAIN = manifest('account_online_synchronization')

setup(
    name='odoo-bank-synchronization',
    version=MAIN['version'],
    description=MAIN['summary'],
    license='LGPL-3.0-only',
    author=MAIN['author'],
    python_requires='>=3.10',
    install_requires=requirements(),
    package_dir=FOLDERS,
    packages=list(FOLDERS),
    package_data={
        f'odoo.addons.{addon}': data_of(addon, packages) for addon, packages in PACKAGES.items()
    },
    zip_safe=False,
)
