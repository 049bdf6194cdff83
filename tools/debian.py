"""Odoo 19 from Debian's own package, unpacked into a private folder: nothing is installed for it.

The mirror is the one that this machine's apt uses; the package lists and the signatures are
checked by apt itself, in a private state, so no right on the system is needed.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import stamps
from tools.console import Problem, run_step, step
from tools.places import DOWNLOADS, STATE, UNPACKED, environment
from tools.system import require

SUITE = 'sid'
# Debian replaced these files of Odoo's tree by links into other packages.
PACKAGES = (
    'odoo-19',
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
    'fonts-montserrat',
    'fonts-roboto-unhinted',
    'fonts-inconsolata',
    'fonts-ocr-b',
    'fonts-font-awesome/bookworm',  # the newer one has other paths
)
KEYRING = Path('/usr/share/keyrings/debian-archive-keyring.gpg')
RECIPE = 1
ASK = "set ODOO_HOME to a folder with Odoo 19 (a source checkout or an unpacked package)"


def unpack_odoo():
    """Download and unpack what is not there yet; returns the folder that holds `usr/`."""
    key = stamps.fingerprint(RECIPE, PACKAGES)
    if not stamps.is_done('odoo', key):
        for program in ('apt-get', 'dpkg'):
            if not shutil.which(program):
                raise Problem(f"This system has no {program} to fetch Odoo 19 with: {ASK}.")
        stamps.forget('odoo')
        files = _download(_mirror())
        _unpack(files)
        stamps.done('odoo', key)
        shutil.rmtree(DOWNLOADS, ignore_errors=True)
    return UNPACKED


def _mirror():
    """Address of a Debian mirror: the one of this machine's apt, or its sibling on Ubuntu."""
    if address := environment('DEBIAN_MIRROR'):
        return address
    listing = subprocess.run(
        ['apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages'],
        capture_output=True, text=True, check=False,
    ).stdout
    sources = [line.split(' ', 1) for line in listing.splitlines()]
    for address, release in sources:
        if 'security' not in release and re.search(r'/debian/?$', address):
            return address
    for address, _release in sources:
        if re.search(r'/ubuntu/?$', address):
            return re.sub(r'ubuntu(/?)$', r'debian\1', address)
    raise Problem(
        f"apt knows no Debian mirror to take Odoo 19 from: {ASK}, "
        "or DEBIAN_MIRROR to the address of a Debian mirror."
    )


def _download(mirror):
    if not KEYRING.exists():  # on Ubuntu
        require({"Debian's keyring": ['debian-archive-keyring']})
    options = _private_apt(mirror)
    run_step("Reading Debian's package lists", ['apt-get', *options, 'update', '--error-on=any'],
             'debian-lists', hint=f"is this machine online, and does its mirror carry Debian? Else "
             f"{ASK}, or DEBIAN_MIRROR to the address of a Debian mirror.")
    run_step("Downloading Odoo 19 (about 125 MB)", ['apt-get', *options, 'download', *PACKAGES],
             'debian-download', cwd=DOWNLOADS, detail=_downloaded,
             hint=f"start again to go on where it stopped, or {ASK}.")
    return sorted(DOWNLOADS.glob('*.deb'))


def _downloaded():
    size = sum(file.stat().st_size for file in DOWNLOADS.rglob('*') if file.is_file())
    return f"{size / 1e6:.0f} MB"


def _private_apt(mirror):
    """Options that let apt-get work in folders of ours, as any user."""
    state = STATE / 'apt'
    cache = state / 'cache' / 'archives'
    for folder in (state / 'lists' / 'partial', cache / 'partial', DOWNLOADS):
        folder.mkdir(parents=True, exist_ok=True)
    sources = state / 'debian.sources'
    sources.write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: {SUITE} bookworm\nComponents: main\n"
        f"Signed-By: {KEYRING}\n"
    )
    options = {
        'Dir::Etc::sourcelist': sources,
        'Dir::Etc::sourceparts': '/dev/null',
        'Dir::State::Lists': state / 'lists',
        'Dir::Cache': state / 'cache',
        'Acquire::Languages': 'none',
        'Acquire::Retries': 3,
    }
    if not os.geteuid():
        # As root apt would hand the download to a user who may not enter this folder.
        options['APT::Sandbox::User'] = 'root'
    return [f'-o{name}={value}' for name, value in options.items()]


def _unpack(files):
    draft = STATE / 'odoo.draft'
    shutil.rmtree(draft, ignore_errors=True)
    with step("Unpacking Odoo 19") as ticker:
        for file in files:
            ticker.tick(file.name)
            subprocess.run(['dpkg', '-x', file, draft], check=True)
        _fill_gap(draft)
    shutil.rmtree(UNPACKED, ignore_errors=True)
    draft.rename(UNPACKED)
    shutil.rmtree(STATE / 'apt', ignore_errors=True)


def _fill_gap(folder):
    """Debian leaves out a file that is not free, and the web client stumbles over its absence."""
    mail = folder / 'usr/lib/python3/dist-packages/odoo/addons/mail'
    script = mail / 'static/lib/selfie_segmentation/selfie_segmentation.js'
    script.parent.mkdir(parents=True, exist_ok=True)
    if not script.exists():
        script.touch()
