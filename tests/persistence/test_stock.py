from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session

from persistence.claim import Claim, LineNeed, Need, OrderClaim, claimants, set_claim
from persistence.company import Company, add_company
from persistence.database import Database
from persistence.order import Order
from persistence.product import Product, add_product
from persistence.stock import (
    NOT_FOLLOWED,
    UNSAID,
    Kept,
    Level,
    Outcome,
    Seen,
    Unsaid,
    levels_of,
    serving,
    set_levels,
    standing_levels,
    take_from_stock,
)
from persistence.stock_event import forget_events, last_event
from persistence.stock_list import stock_page
from persistence.tables import METADATA
from tests.databases import url_of

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Shop:
    """A supplier with three products, a client, and one order between them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.boreale: Company = add_company(session, name="Boréale", supplies=True)
        self.laurier: Company = add_company(session, name="Laurier", buys=True)
        self.products: list[Product] = [
            add_product(
                session, self.boreale.id, {"code": code, "name_fr": name, "unit": "each", "price": "1"}
            )
            for code, name in (("A-1", "Porte"), ("B-2", "Tiroir"), ("C-3", "Tablette"))
        ]
        self.order = Order(
            id="0" * 32, supplier_id=self.boreale.id, client_id=self.laurier.id, made_by="client", epoch="e",
            writer=1, created_at=NOON, changed_at=NOON,
        )  # fmt: skip
        session.add(self.order)
        session.flush()

    def set(self, *levels: Level) -> list[str]:
        return self.outcome(*levels).products

    def outcome(self, *levels: Level) -> Outcome:
        return set_levels(self.session, self.boreale.id, levels, NOON)

    def level(
        self,
        on_hand: str | Unsaid | None,
        product: int = 0,
        point: str = "",
        variant: str = "",
        **more: object,
    ) -> Level:
        return Level(self.products[product].id, point, variant, on_hand, **more)  # type: ignore[arg-type]

    def kept(self) -> Kept:
        """What stands of the first product."""
        levels = standing_levels(self.session, self.boreale.id, {self.products[0].id})
        return levels.get((self.products[0].id, "", ""), NOT_FOLLOWED)

    def on_hand(self) -> dict[tuple[str, str], str]:
        rows = levels_of(self.session, self.boreale.id, {self.products[0].id})
        return {(row.point, row.variant): row.on_hand for row in rows}

    def claim(self, before: Claim | None, after: Claim | None) -> None:
        set_claim(self.session, self.order.id, self.boreale.id, before, after, NOON)

    def need(self, **facts: str) -> Need:
        plain = dict.fromkeys(("asked", "offered", "later", "later_date", "due"))
        return Need(product_id=self.products[0].id, choices="", **(plain | facts))  # type: ignore[arg-type]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    database = Database(url_of(tmp_path))
    METADATA.create_all(database.engine)
    with database.writing() as session:
        yield Shop(session)
    database.close()


def claim(state: str, *needs: Need, signed_at: datetime | None = NOON, delivered: bool = False) -> Claim:
    return Claim(
        state,
        signed_at,
        1,
        "2026-0001",
        None,
        delivered,
        {(f"l{i}", ""): need for i, need in enumerate(needs)},
    )


def test_levels_are_set_by_size_and_variant_and_the_last_word_counts(shop: Shop) -> None:
    shop.set(
        shop.level("1", point="S"), shop.level("2", point="M"), shop.level("3", point="S", variant="wood=oak")
    )
    shop.set(shop.level("5", point="S"), shop.level("6", point="S"))
    assert shop.on_hand() == {("S", ""): "6", ("M", ""): "2", ("S", "wood=oak"): "3"}


def test_what_is_already_so_is_not_an_event(shop: Shop) -> None:
    arrivals = (("6", "2027-01-03"), ("1", "2026-12-20"))
    assert shop.set(shop.level("4", arrivals=arrivals)) == [shop.products[0].id]
    event = last_event(shop.session, shop.boreale.id)
    assert shop.set(shop.level("4", arrivals=tuple(reversed(arrivals)))) == []
    assert last_event(shop.session, shop.boreale.id) == event
    assert shop.set(shop.level("4", arrivals=())) != []
    assert last_event(shop.session, shop.boreale.id) > event
    assert last_event(shop.session, shop.laurier.id) == 0


def test_a_level_without_quantity_is_followed_no_more(shop: Shop) -> None:
    shop.set(shop.level("4"))
    assert shop.set(shop.level(None)) == [shop.products[0].id]
    assert shop.on_hand() == {}
    assert shop.set(shop.level(None)) == []


SIX = [{"quantity": "6", "date": "2027-01-03"}]


def test_only_what_is_named_is_changed(shop: Shop) -> None:
    shop.set(shop.level("4", arrivals=(("6", "2027-01-03"),)))
    shop.set(shop.level("3"))
    assert shop.kept() == Kept("3", SIX)
    shop.set(shop.level(UNSAID, arrivals=()))
    assert shop.kept() == Kept("3", [])


def test_nothing_is_set_over_what_its_author_had_not_seen(shop: Shop) -> None:
    shop.set(shop.level("10", arrivals=(("6", "2027-01-03"),)))
    early = shop.level("8", seen=Seen(on_hand="10"))
    late = shop.level("12", seen=Seen(on_hand="10"))
    assert shop.outcome(early).left_out == []
    (told,) = shop.outcome(late).left_out
    assert (told.field, told.code, told.present) == ("on_hand", "changed_since", Kept("8", SIX))
    assert shop.kept() == Kept("8", SIX)
    aware = shop.level("12", seen=Seen(on_hand="8"))
    assert shop.outcome(aware) == ([shop.products[0].id], [])


def test_two_who_change_different_values_of_one_level_both_have_their_way(shop: Shop) -> None:
    shop.set(shop.level("10", arrivals=()))
    shop.set(shop.level("8", seen=Seen(on_hand="10")))
    shop.set(shop.level(UNSAID, arrivals=(("6", "2027-01-03"),), seen=Seen(arrivals=())))
    assert shop.kept() == Kept("8", SIX)


def test_who_wants_what_stands_is_not_late(shop: Shop) -> None:
    shop.set(shop.level("8"))
    assert shop.outcome(shop.level("8", seen=Seen(on_hand="10"))) == ([], [])


def test_what_was_followed_no_more_meanwhile_is_not_followed_again_unseen(shop: Shop) -> None:
    shop.set(shop.level("8"))
    shop.set(shop.level(None))
    (told,) = shop.outcome(shop.level("9", seen=Seen(on_hand="8"))).left_out
    assert told.present == NOT_FOLLOWED
    assert shop.outcome(shop.level("9", seen=Seen(on_hand=None))).left_out == []


def test_arrivals_alone_do_not_begin_to_follow_a_product(shop: Shop) -> None:
    (told,) = shop.outcome(shop.level(UNSAID, arrivals=(("6", "2027-01-03"),))).left_out
    assert (told.code, shop.kept()) == ("not_followed", NOT_FOLLOWED)


def test_old_events_are_forgotten_but_the_last_of_each_supplier(shop: Shop) -> None:
    shop.set(shop.level("4"))
    shop.set(shop.level("5"))
    last = last_event(shop.session, shop.boreale.id)
    assert forget_events(shop.session, NOON + timedelta(days=1)) == 1
    assert last_event(shop.session, shop.boreale.id) == last


def test_pages_follow_the_code_the_size_and_the_variant(shop: Shop) -> None:
    shop.set(
        shop.level("1", 1), shop.level("2", 0, "S", "wood=oak"), shop.level("3", 0, "S"), shop.level("4", 0, "M"),
        shop.level("5", 2),
    )  # fmt: skip
    seen, after = [], None
    while True:
        page = stock_page(shop.session, shop.boreale.id, after=after, limit=2)
        seen += [level.on_hand for level, _ in page.items]
        after = page.next
        if after is None:
            break
    assert seen == ["4", "3", "2", "1", "5"]
    found = stock_page(shop.session, shop.boreale.id, words="tiroir").items
    assert [level.on_hand for level, _ in found] == ["1"]
    assert stock_page(shop.session, shop.laurier.id).items == []


def test_stock_never_falls_below_nothing(shop: Shop) -> None:
    shop.set(shop.level("4"))
    key = (shop.products[0].id, "", "")
    assert take_from_stock(shop.session, key, Decimal("1.5"), NOON)
    assert shop.on_hand() == {("", ""): "2.5"}
    assert take_from_stock(shop.session, key, Decimal(9), NOON)
    assert shop.on_hand() == {("", ""): "0"}
    assert not take_from_stock(shop.session, (shop.products[1].id, "", ""), Decimal(1), NOON)


@pytest.mark.parametrize(
    ("choices", "variant"),
    [
        ("finish=matte;wood=oak", "finish=matte;wood=oak"),
        ("finish=gloss;wood=oak", "wood=oak"),
        ("wood=ash", ""),
        ("", ""),
    ],
)
def test_a_line_is_served_from_the_variant_that_names_most_of_its_choices(choices: str, variant: str) -> None:
    assert serving(["", "wood=oak", "finish=matte;wood=oak"], choices) == variant


def test_a_line_that_no_variant_fits_is_not_followed() -> None:
    assert serving(["wood=oak"], "wood=ash") is None


def test_who_was_signed_first_keeps_his_place(shop: Shop) -> None:
    first = claim("open", shop.need(asked="4"))
    shop.claim(None, first)
    again = claim("open", shop.need(asked="5"), signed_at=NOON + timedelta(days=1))
    shop.claim(first, again)
    (claimant,) = claimants(shop.session, shop.boreale.id, {shop.products[0].id})
    assert (claimant.since, claimant.need.asked, claimant.state) == (NOON, "5", "open")


def test_needs_come_and_go_with_their_lines(shop: Shop) -> None:
    first = claim("open", shop.need(asked="4"), shop.need(asked="7"))
    shop.claim(None, first)
    shop.claim(first, first._replace(needs={("l1", ""): shop.need(asked="8")}))
    found = claimants(shop.session, shop.boreale.id, {shop.products[0].id})
    assert [(one.line, one.need.asked) for one in found] == [("l1", "8")]


@pytest.mark.parametrize(("delivered", "left"), [(True, "6"), (False, "10")])
def test_a_delivered_order_takes_what_it_held_and_any_closed_one_asks_no_more(
    shop: Shop, delivered: bool, left: str
) -> None:
    shop.set(shop.level("10"))
    agreed = claim("agreed", shop.need(held="3", held_later="1"))
    shop.claim(None, agreed)
    shop.claim(agreed, claim("closed", delivered=delivered))
    assert shop.on_hand() == {("", ""): left}
    assert shop.session.get(OrderClaim, shop.order.id) is None
    assert shop.session.get(LineNeed, (shop.order.id, "l0", "")) is None
