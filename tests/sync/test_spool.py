"""What the bank sent, out of the memory's way."""

from sync.spool import IN_MEMORY, Spool, SpooledRow


def page(number, size=50):
    return [{'id': f'{number}-{index}', 'text': f'{number * index:032x}'} for index in range(size)]


def test_pages_come_back_as_they_were_put_in():
    spool = Spool.of(page(number) for number in range(3))
    assert list(spool) == [page(number) for number in range(3)]
    assert list(spool) == [page(number) for number in range(3)]


def test_a_row_reads_like_the_object_it_was():
    spool = Spool.of([page(0), page(1)])
    row = SpooledRow(spool, 1, 7)
    assert dict(row) == page(1)[7]
    assert (len(row), row['id'], row.get('none')) == (2, '1-7', None)


def test_much_goes_to_a_temporary_file():
    spool = Spool()
    number = 0
    while not spool._file._rolled:
        spool.append(page(number, 2000))
        number += 1
        assert number * 2000 * 10 < 20 * IN_MEMORY
    spool.append(page(number, 2000))
    assert list(spool) == [page(each, 2000) for each in range(number + 1)]
