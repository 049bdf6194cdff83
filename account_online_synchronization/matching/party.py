"""Who is on the other side of a transaction, and under which text it appears in the books."""

from collections.abc import Iterable
from dataclasses import dataclass

from .rows import Counterparty, IncomingRow
from .text import fingerprint

SHORTEST_NUMBER = 8  # shorter ends of account numbers (masks) identify nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose account it is: the name at the bank, this account's numbers, all own numbers."""

    name: str = ''
    account_numbers: tuple[str, ...] = ()
    all_own_numbers: tuple[str, ...] = ()


def counterparty_by_direction(
    amount, debtor: Counterparty, creditor: Counterparty, holder: Holder,
) -> Counterparty:
    """Who paid money that came in, who got money that went out; never the holder.

    Some banks fill only the other field, or put the holder into the one that counts: then the
    field that does not name the holder is taken, or nobody.
    """
    sides = (debtor, creditor) if amount > 0 else (creditor, debtor)
    for side in sides:
        other = without_holder(side, holder)
        if other.name or other.account_number:
            return other
    return Counterparty()


def without_holder(counterparty: Counterparty, holder: Holder) -> Counterparty:
    """The counterparty as reported, or nobody if the bank names the account's own holder.

    The holder's name with another account number is an own transfer, and stays.
    """
    number = counterparty.account_number
    if number:
        return Counterparty() if is_among(number, holder.account_numbers) else counterparty
    named = fingerprint(counterparty.name)
    return Counterparty() if named and named == fingerprint(holder.name) else counterparty


def is_own_transfer(counterparty: Counterparty, holder: Holder) -> bool:
    """Whether the other side is another account of the same company."""
    number = counterparty.account_number
    return is_among(number, holder.all_own_numbers) and not is_among(
        number, holder.account_numbers)


def is_among(number: str, numbers: Iterable[str]) -> bool:
    """Whether an account number is one of these, written in any way, national or as IBAN."""
    wanted = _plain(number)
    return any(_same_number(wanted, _plain(each)) for each in numbers)


def label(row: IncomingRow) -> str:
    """The text of the line: all remittance parts in order, else the best there is, on one line."""
    parts = (part.strip() for part in row.description.splitlines())
    text = ' '.join(part for part in parts if part)
    return text or row.counterparty.name or row.references.structured or row.code or '/'


def _plain(number: str) -> str:
    return ''.join(char for char in number.upper() if char.isalnum())


def _same_number(one: str, other: str) -> bool:
    """An IBAN ends with the national number."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST_NUMBER:
        return bool(short) and short == long
    return long.endswith(short)
