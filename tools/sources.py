"""What the addons consist of."""

from tools import stamps


def source_files(root, addons):
    """Every file of the addons that an installation reads."""
    return sorted(
        file for addon in addons for file in (root / addon).rglob('*')
        if file.is_file() and not {'__pycache__', 'tests'} & set(file.relative_to(root).parts)
    )


def source_of(root, addons):
    """A fingerprint of the addons' files."""
    return stamps.fingerprint([
        (str(file.relative_to(root)), file.read_bytes().hex())
        for file in source_files(root, addons)
    ])
