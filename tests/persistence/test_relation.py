import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from persistence.clock import now
from persistence.company import Company
from persistence.relation import (
    OwnCompany,
    Relation,
    add_relation,
    adopt,
    parties_page,
    related,
    relation_between,
    state_of,
)
from schema.order import Side
from tests.persistence.trade import company, order_of, session

__all__ = ["session"]


def names(session: Session, side: Side, owner: Company, words: str = "") -> list[str]:
    return [party.company.name for party in parties_page(session, side, owner.id, words=words).items]


def relate(session: Session, supplier: Company, client: Company, **facts: str) -> Relation:
    return add_relation(session, supplier_id=supplier.id, client_id=client.id, **facts)


def test_a_relation_makes_a_supplier_and_a_client(session: Session) -> None:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier")
    relate(session, boreale, laurier)
    assert (boreale.supplies, boreale.buys) == (True, False)
    assert (laurier.supplies, laurier.buys) == (False, True)
    assert related(session, boreale.id, laurier.id)
    assert related(session, laurier.id, boreale.id)
    assert not related(session, laurier.id, company(session, "Rival").id)


def test_two_companies_are_related_once_each_way(session: Session) -> None:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier")
    relate(session, boreale, laurier)
    relate(session, laurier, boreale)
    with pytest.raises(IntegrityError):
        relate(session, boreale, laurier)
    session.rollback()


def test_nobody_is_his_own_client(session: Session) -> None:
    boreale = company(session, "Boréale")
    with pytest.raises(OwnCompany):
        relate(session, boreale, boreale)


def test_a_relation_is_prepared_then_invited_then_active(session: Session) -> None:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier", joined=False)
    relation = relate(session, boreale, laurier)
    assert state_of(relation, laurier) == "prepared"
    relation.invited_at = now()
    assert state_of(relation, laurier) == "invited"
    laurier.joined_at = now()
    assert state_of(relation, laurier) == "active"


def test_each_side_sees_its_own_relations_by_name(session: Session) -> None:
    boreale, rival = company(session, "Ébénisterie Boréale"), company(session, "Rival")
    for name in ("Zénith", "éclair", "Cuisines Laurier", "Atelier"):
        relate(session, boreale, company(session, name))
    laurier = parties_page(session, "supplier", boreale.id, words="laurier").items[0].company
    relate(session, rival, laurier)
    assert names(session, "supplier", boreale) == ["Atelier", "Cuisines Laurier", "éclair", "Zénith"]
    assert names(session, "supplier", rival) == ["Cuisines Laurier"]
    assert names(session, "client", laurier) == ["Ébénisterie Boréale", "Rival"]
    assert names(session, "client", boreale) == []


def test_a_client_is_found_by_name_or_by_the_number_he_has_here(session: Session) -> None:
    boreale, rival = company(session, "Boréale"), company(session, "Rival")
    laurier = company(session, "Cuisines Laurier")
    relate(session, boreale, laurier, number="C-204", supplier_number="F-9")
    relate(session, rival, laurier, number="Z-1")
    assert names(session, "supplier", boreale, "LAURIER") == ["Cuisines Laurier"]
    assert names(session, "supplier", boreale, "c-20") == ["Cuisines Laurier"]
    assert names(session, "supplier", boreale, "z-1") == []
    assert names(session, "supplier", boreale, "f-9") == []
    assert names(session, "client", laurier, "f-9") == ["Boréale"]


def test_pages_hold_every_client_once_even_those_of_one_name(session: Session) -> None:
    boreale = company(session, "Boréale")
    made = {relate(session, boreale, company(session, "Laurier")).id for _ in range(5)}
    seen: list[str] = []
    after = None
    while True:
        page = parties_page(session, "supplier", boreale.id, after=after, limit=2)
        seen += [party.relation.id for party in page.items]
        after = page.next
        if after is None:
            break
    assert len(seen) == 5
    assert set(seen) == made


def test_orders_are_counted_for_those_who_may_see_them(session: Session) -> None:
    boreale, laurier, rival = (company(session, name) for name in ("Boréale", "Laurier", "Rival"))
    relate(session, boreale, laurier)
    relate(session, rival, laurier)
    order_of(session, boreale, laurier, supplier_status="draft", client_status="hidden")
    order_of(session, boreale, laurier, supplier_status="waiting", client_status="waiting")
    assert [party.orders for party in parties_page(session, "supplier", boreale.id).items] == [2]
    assert [party.orders for party in parties_page(session, "supplier", rival.id).items] == [0]
    assert [party.orders for party in parties_page(session, "client", laurier.id).items] == [1, 0]


def test_adoption_moves_relations_of_both_kinds(session: Session) -> None:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier")
    prepared = company(session, "Laurier (préparé)", joined=False)
    relate(session, boreale, prepared, number="C-204")
    relate(session, prepared, company(session, "Zénith"))
    adopt(session, prepared.id, laurier.id)
    moved = relation_between(session, boreale.id, laurier.id)
    assert moved is not None
    assert moved.number == "C-204"
    assert names(session, "supplier", laurier) == ["Zénith"]
    assert (laurier.buys, laurier.supplies) == (True, True)
    assert related(session, boreale.id, prepared.id) is False


def test_adoption_keeps_the_relation_that_stands_and_fills_its_blanks(session: Session) -> None:
    boreale, laurier = company(session, "Boréale"), company(session, "Laurier")
    prepared = company(session, "Laurier (préparé)", joined=False)
    standing = relate(session, boreale, laurier, number="C-1")
    relate(session, boreale, prepared, number="C-2", payment_terms="Net 30")
    adopt(session, prepared.id, laurier.id)
    assert [row.id for row in session.exec(select(Relation))] == [standing.id]
    assert (standing.number, standing.payment_terms) == ("C-1", "Net 30")


def test_a_supplier_who_invites_himself_adopts_nothing(session: Session) -> None:
    boreale, zenith = company(session, "Boréale"), company(session, "Zénith")
    prepared = company(session, "Boréale (préparé)", joined=False)
    relate(session, zenith, prepared)
    relate(session, boreale, prepared)
    with pytest.raises(OwnCompany):
        adopt(session, prepared.id, boreale.id)
    assert relation_between(session, zenith.id, boreale.id) is None
