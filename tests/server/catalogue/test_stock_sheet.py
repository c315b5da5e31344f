import pytest

from server.catalogue.stock_sheet import parse_stock


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f"], ids=["blank", "no-break", "narrow"])
def test_a_count_is_read_as_a_spreadsheet_shows_it(blank: str) -> None:
    sheet = parse_stock(f"code\ton_hand\tarrivals\nP-1\t1{blank}234,5\t6,5 2027-01-03\n".encode())
    assert sheet.faults == []
    assert (sheet.rows[2].on_hand, sheet.rows[2].arrivals) == ("1234.5", (("6.5", "2027-01-03"),))
