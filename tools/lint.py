"""`make lint`: every check of the code, all of them run even when one complains."""

import ast

from tools import web_tools
from tools.console import say
from tools.files import project_files, run_tool
from tools.places import ADDONS, PYTHON, ROOT
from tools.workbench import prepare

LONGEST_FILE = 400  # lines
LONGEST_TEST = 500  # many short cases side by side
PROSE = ('.po', '.pot', '.svg', '.json', '.yaml')  # data, translations, one document
# pylint-odoo's opinions that do not fit this project.
UNWANTED = (
    'bad-builtin-groupby',  # the pure core knows nothing of Odoo
    'consider-merging-classes-inherited',  # a model's concerns have a file each
    'method-required-super',  # plain classes may have methods named read and create
    'missing-readme',  # the project has one
    'missing-return',  # nor do plain classes' parents return anything
)
DEFAULTS = {
    'installable': True, 'application': False, 'auto_install': False, 'demo': [], 'data': [],
}


def run_lint():
    """Run all checks; returns the exit code."""
    prepare(for_tests=True)
    checks = {
        "ruff": _ruff,
        "pylint-odoo": _pylint,
        "size of files": check_sizes,
        "manifests": check_manifests,
        "eslint and prettier": web_tools.check,
    }
    failed = [name for name, check in checks.items() if not _report(name, check())]
    say(f"\n  {len(checks) - len(failed)} checks passed, {len(failed)} failed"
        + (f": {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def run_format():
    """Let the programs mend what they can: order of imports, layout of JavaScript, SCSS, XML."""
    prepare(for_tests=True)
    complaints = [
        *run_tool(PYTHON, '-m', 'ruff', 'check', '--quiet', '--fix-only', '.'), *web_tools.write(),
    ]
    for complaint in complaints:
        say(f"    {complaint}")
    return 1 if complaints else 0


def _report(name, complaints):
    say(f"  {name}: {'ok' if not complaints else 'see below'}")
    for complaint in complaints:
        say(f"    {complaint}")
    return not complaints


def _ruff():
    return run_tool(PYTHON, '-m', 'ruff', 'check', '--quiet', '--output-format=concise', '.')


def _pylint():
    unwanted = f'--disable={",".join(UNWANTED)}'
    return run_tool(PYTHON, '-m', 'pylint', '--rcfile=.pylintrc', unwanted, *ADDONS)


def check_sizes():
    """Files too long to be held in the head."""
    complaints = []
    for path in project_files():
        if path.suffix in PROSE or path.name == 'package-lock.json':
            continue
        try:
            length = len(path.read_text(encoding='utf-8').splitlines())
        except UnicodeDecodeError:
            continue  # a picture
        longest = LONGEST_TEST if path.name.startswith('test_') else LONGEST_FILE
        if length > longest:
            complaints.append(f"{path.relative_to(ROOT)}: {length} lines of {longest} at most")
    return complaints


def check_manifests():
    """What is wrong in the addons' manifests."""
    return [complaint for addon in ADDONS for complaint in _check_manifest(addon)]


def _check_manifest(addon):
    folder = ROOT / addon
    manifest = ast.literal_eval((folder / '__manifest__.py').read_text())
    for key in ('name', 'version', 'summary', 'category', 'author', 'license', 'depends'):
        if not manifest.get(key):
            yield f"{addon}: no {key}"
    if not manifest.get('version', '').startswith('19.0.') or manifest['version'].count('.') != 4:
        yield f"{addon}: version {manifest.get('version')} is not 19.0.x.y.z"
    if manifest.get('license') != 'LGPL-3':
        yield f"{addon}: licence {manifest.get('license')} instead of LGPL-3"
    for key, default in DEFAULTS.items():
        if key in manifest and manifest[key] == default:
            yield f"{addon}: {key} says what is the default"
    triggers = manifest.get('auto_install')
    if isinstance(triggers, list) and not set(triggers) <= set(manifest['depends']):
        yield f"{addon}: auto_install names something it does not depend on"
    listed = [*manifest.get('data', []), *manifest.get('demo', [])]
    yield from (f"{addon}: {name} is missing" for name in listed if not (folder / name).is_file())
    twice = {name for name in listed if listed.count(name) > 1}
    yield from (f"{addon}: {name} is listed twice" for name in sorted(twice))
    for name in sorted(_data_files(folder) - set(listed)):
        yield f"{addon}: {name} is in no list of the manifest"


def _data_files(folder):
    """Files that only the manifest can bring to life."""
    return {
        str(path.relative_to(folder))
        for part in ('data', 'demo', 'security', 'views', 'wizards', 'report')
        for path in (folder / part).rglob('*')
        if path.suffix in ('.xml', '.csv')
    }
