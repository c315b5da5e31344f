"""How many, in words."""

from server.operate.counting import counted


def test_one_thing_is_no_plural() -> None:
    assert [counted(count, "order") for count in (0, 1, 1200)] == ["0 orders", "1 order", "1,200 orders"]
    assert [counted(count, "company") for count in (1, 2)] == ["1 company", "2 companies"]
