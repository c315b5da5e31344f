import pytest
from sqlmodel import Session

from persistence.product import (
    FACTS,
    CodeTaken,
    Product,
    change_product,
    facts,
    load_products,
    product_by_code,
    product_by_id,
    products_page,
)
from tests.persistence.trade import company, product_of, session

__all__ = ["session"]


def codes(session: Session, supplier_id: str, **wanted: object) -> list[str]:
    return [product.code for product in products_page(session, supplier_id, **wanted).items]  # type: ignore[arg-type]


def test_a_code_is_unique_in_one_catalogue_whatever_its_capitals(session: Session) -> None:
    boreale, rival = company(session, "Boréale"), company(session, "Rival")
    product_of(session, boreale, "P-100")
    with pytest.raises(CodeTaken):
        product_of(session, boreale, "p-100")
    theirs = product_of(session, rival, "P-100")
    assert product_by_code(session, rival.id, "p-100") is theirs


def test_a_code_is_the_same_however_its_accents_are_composed(session: Session) -> None:
    """Who reads two lists of codes sees no difference between them."""
    boreale = company(session, "Boréale")
    product_of(session, boreale, "\u00c9-100")
    with pytest.raises(CodeTaken):
        product_of(session, boreale, "E\u0301-100")
    assert product_by_code(session, boreale.id, "e\u0301-100") is not None
    assert product_by_code(session, boreale.id, "E-100") is None


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\u2060", "\ufe0f", "\u3164", "\u034f"])
def test_a_code_is_the_same_whatever_is_in_it_that_nobody_sees(session: Session, sign: str) -> None:
    boreale = company(session, "Boréale")
    product_of(session, boreale, "P-100 A")
    with pytest.raises(CodeTaken):
        product_of(session, boreale, f"P-{sign}100\u00a0A{sign}")
    assert product_by_code(session, boreale.id, f"{sign}p-100 a") is not None


def test_no_product_has_a_code_that_cannot_be_looked_for(session: Session) -> None:
    boreale = company(session, "Boréale")
    product_of(session, boreale, "P-100")
    assert product_by_code(session, boreale.id, "P-100\0") is None


def test_a_product_may_keep_its_code_and_not_take_another_s(session: Session) -> None:
    boreale = company(session, "Boréale")
    first, second = product_of(session, boreale, "P-1"), product_of(session, boreale, "P-2")
    file = {"code": "p-1", "name_fr": "Porte", "name_en": "Door"}
    assert change_product(session, first, file).code == "p-1"
    with pytest.raises(CodeTaken):
        change_product(session, second, file)
    assert second.code == "P-2"


def test_a_change_is_dated_and_can_be_found_by_its_new_words(session: Session) -> None:
    boreale = company(session, "Boréale")
    door = product_of(session, boreale)
    before = door.updated_at
    change_product(session, door, {"code": "P-100", "name_fr": "Tiroir", "name_en": "Drawer"})
    assert door.updated_at > before
    assert codes(session, boreale.id, words="drawer") == ["P-100"]
    assert codes(session, boreale.id, words="maple") == []


def test_pages_hold_every_product_once_in_the_order_of_codes(session: Session) -> None:
    boreale = company(session, "Boréale")
    for code in ("b-2", "A-1", "c-3", "D-4", "e-5"):
        product_of(session, boreale, code)
    seen: list[str] = []
    after = None
    while True:
        page = products_page(session, boreale.id, after=after, limit=2)
        seen += [product.code for product in page.items]
        after = page.next
        if after is None:
            break
    assert seen == ["A-1", "b-2", "c-3", "D-4", "e-5"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ERABLE", ["A-1", "B_2"]),
        ("maple door", ["A-1", "B_2"]),
        ("b_", ["B_2"]),
        ("%", []),
        ("  ", ["A-1", "B_2", "C-3"]),
        ("cœur", ["C-3"]),
    ],
)
def test_search_finds_words_in_codes_and_names_without_accents(
    session: Session, words: str, found: list[str]
) -> None:
    boreale = company(session, "Boréale")
    product_of(session, boreale, "A-1")
    product_of(session, boreale, "B_2")
    product_of(session, boreale, "C-3", name_fr="Coeur", name_en="")
    assert codes(session, boreale.id, words=words) == found


def test_hidden_products_are_listed_only_when_asked_for(session: Session) -> None:
    boreale = company(session, "Boréale")
    product_of(session, boreale, "A-1", hidden=True)
    product_of(session, boreale, "B-2")
    assert codes(session, boreale.id) == ["B-2"]
    assert codes(session, boreale.id, hidden=True) == ["A-1"]
    assert codes(session, boreale.id, hidden=None) == ["A-1", "B-2"]


def test_another_supplier_s_products_are_not_loaded(session: Session) -> None:
    boreale, rival = company(session, "Boréale"), company(session, "Rival")
    mine, theirs = product_of(session, boreale), product_of(session, rival)
    assert load_products(session, boreale.id, {mine.id, theirs.id, "nothing"}) == {mine.id: mine}
    assert load_products(session, boreale.id, []) == {}
    assert codes(session, boreale.id) == ["P-100"]


def test_facts_are_plain_data_with_only_the_sizes_in_use(session: Session) -> None:
    boreale = company(session, "Boréale")
    width = {"key": "width", "name_fr": "Largeur", "name_en": "Width", "minimum": "6", "maximum": "34 1/2"}
    sizes = {"points": ["S", "M"], "dimensions": [width]}
    scale = facts(product_of(session, boreale, "A-1", sizing="scale", **sizes))
    cut = facts(product_of(session, boreale, "B-2", sizing="dimensions", **sizes))
    plain = facts(product_of(session, boreale, "C-3", **sizes))
    assert (scale["points"], scale["dimensions"]) == (["S", "M"], [])
    assert (cut["points"], cut["dimensions"]) == ([], [width])
    assert (plain["points"], plain["dimensions"]) == ([], [])
    assert tuple(scale) == FACTS
    assert "price" not in scale


def test_lists_survive_being_kept(session: Session) -> None:
    door = product_of(session, company(session, "Boréale"), sizing="scale", points=["36", "37"])
    session.expire_all()
    kept = product_by_id(session, door.id)
    assert isinstance(kept, Product)
    assert kept.points == ["36", "37"]
    assert kept.image is None


def test_products_are_found_among_more_ids_than_one_statement_may_name(session: Session) -> None:
    boreale = company(session, "Boréale")
    product = product_of(session, boreale, "P-1")
    ids = [f"{number:032x}" for number in range(40_000)]
    assert list(load_products(session, boreale.id, [*ids, product.id])) == [product.id]
