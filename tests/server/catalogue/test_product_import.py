from sqlmodel import Session

from persistence.product import product_by_code, products_page
from schema.language import LANGUAGES
from server.catalogue.product_import import Report, import_products
from server.catalogue.spreadsheet import RowFault
from server.sentences import sentence
from tests.persistence.trade import company, product_of, session

__all__ = ["session"]

SHEET = b"code,name_fr,unit,price,minimum\nP-1,Porte,each,12.50,2\nP-2,Tiroir,each,8,\n"


def test_a_sheet_adds_what_is_new_and_changes_what_is_known(session: Session) -> None:
    boreale = company(session, "Boréale")
    product_of(session, boreale, "p-1", name_en="Door", sizing="scale", points=["S", "M"])
    assert import_products(session, boreale.id, SHEET) == Report(1, 1, [])
    door = product_by_code(session, boreale.id, "P-1")
    assert door is not None
    assert (door.code, door.name_fr, door.name_en, door.minimum) == ("P-1", "Porte", "Door", "2")
    assert door.points == ["S", "M"]


def test_a_sheet_may_be_brought_in_twice(session: Session) -> None:
    boreale = company(session, "Boréale")
    assert import_products(session, boreale.id, SHEET) == Report(2, 0, [])
    assert import_products(session, boreale.id, SHEET) == Report(0, 2, [])
    assert len(products_page(session, boreale.id).items) == 2


def test_faulty_rows_are_told_and_the_others_kept(session: Session) -> None:
    boreale = company(session, "Boréale")
    rows = "P-1,Porte,each,-1,0 P-2,Porte,barrel,1,0 P-3,Porte,m,1,9 P-4,Porte,m,1,x P-5,Porte,m,1,0"
    rows += " P\x07,Porte,m,1,0 P\0,Porte,m,1,0"
    data = "\n".join(["code,name_fr,unit,price,decimals", *rows.split()]).encode()
    report = import_products(session, boreale.id, data)
    assert report == Report(
        1,
        0,
        [
            RowFault(2, "price", "negative"),
            RowFault(3, "unit", "not_in_list"),
            RowFault(4, "decimals", "out_of_range"),
            RowFault(5, "decimals", "not_a_whole_number"),
            RowFault(7, "code", "wrong_form"),
            RowFault(8, "code", "wrong_form"),
        ],
    )
    assert all(sentence(fault.code, language) for fault in report.faults for language in LANGUAGES)
    assert [product.code for product in products_page(session, boreale.id).items] == ["P-5"]


def test_all_that_is_wrong_with_a_row_is_told_at_once(session: Session) -> None:
    """What is no number, what is not in a list, and what the rules of a product forbid."""
    boreale = company(session, "Boréale")
    product_of(session, boreale, "P-2", sizing="scale", points=["S"])
    data = b"""code,name_fr,unit,price,decimals,minimum,hidden,sizing
P-1,,barrel,-1,many,0.5,perhaps,scale
P-2,Porte,each,x,9,0.5,no,none
P-2,,each,1,0,0,no,none
P-3,Porte, vitree,each,2,0,,no,none
"""
    report = import_products(session, boreale.id, data)
    assert (report.added, report.changed) == (0, 0)
    assert [(fault.line, fault.column, fault.code) for fault in report.faults] == [
        (2, "decimals", "not_a_whole_number"),
        (2, "hidden", "not_yes_or_no"),
        (2, "unit", "not_in_list"),
        (2, "name_fr", "required"),
        (2, "price", "negative"),
        (2, "points", "no_points"),
        (3, "decimals", "out_of_range"),
        (3, "price", "not_a_decimal"),
        (4, "code", "code_twice"),
        (4, "name_fr", "required"),
        (5, "", "too_many_cells"),
    ]
    assert all(sentence(fault.code, language) for fault in report.faults for language in LANGUAGES)


def test_a_new_product_needs_its_columns(session: Session) -> None:
    boreale = company(session, "Boréale")
    report = import_products(session, boreale.id, b"code,unit\nP-1,m\n")
    assert [(fault.column, fault.code) for fault in report.faults] == [
        ("name_fr", "column_missing"),
        ("price", "column_missing"),
    ]


def test_another_supplier_s_products_are_left_alone(session: Session) -> None:
    boreale, rival = company(session, "Boréale"), company(session, "Rival")
    theirs = product_of(session, rival, "P-1")
    import_products(session, boreale.id, SHEET)
    assert theirs.name_fr == "Porte d’érable"
