from typing import Any

import pytest

from schema.language import LANGUAGES
from server.catalogue.product_sheet import Row, read_sheet
from server.catalogue.spreadsheet import MOST_ROWS, RowFault
from server.sentences import sentence

READ: dict[str, tuple[bytes, list[Row]]] = {
    "commas": (
        b"code,name_fr,price\nP-1,Porte,12.50\n",
        [Row(2, {"code": "P-1", "name_fr": "Porte", "price": "12.50"})],
    ),
    "semicolons with decimal commas": (
        b"code;name_fr;price\r\nP-1;Porte, vitr;12,50\r\n",
        [Row(2, {"code": "P-1", "name_fr": "Porte, vitr", "price": "12.50"})],
    ),
    "a byte order mark and accents": (
        "\ufeffcode,name_fr\nP-1,Érable\n".encode(),
        [Row(2, {"code": "P-1", "name_fr": "Érable"})],
    ),
    "the Windows encoding": (
        "code,name_fr\nP-1,Érable\n".encode("cp1252"),
        [Row(2, {"code": "P-1", "name_fr": "Érable"})],
    ),
    "sizes, a whole number and a flag": (
        b"code,points,decimals,hidden\nP-1,S | M|L,2,Oui\n",
        [Row(2, {"code": "P-1", "points": ["S", "M", "L"], "decimals": 2, "hidden": True})],
    ),
    "tabs, and numbers as they are shown": (
        "code\tprice\tminimum\nP-1\t1\u00a0234,50\t12\u202f000\nP-2\t1 234 567,5\t2\n".encode(),
        [
            Row(2, {"code": "P-1", "price": "1234.50", "minimum": "12000"}),
            Row(3, {"code": "P-2", "price": "1234567.5", "minimum": "2"}),
        ],
    ),
    "blanks that are not between thousands": (
        b"code;price\nP-1;12 34,5\nP-2;1 2345\n",
        [Row(2, {"code": "P-1", "price": "12 34.5"}), Row(3, {"code": "P-2", "price": "1 2345"})],
    ),
    "capitals and spaces in the header": (b" CODE , Unit\nP-1,m\n", [Row(2, {"code": "P-1", "unit": "m"})]),
    "blank lines and blank cells": (
        b"code,minimum,hidden\n\n,,\nP-1,,\n",
        [Row(4, {"code": "P-1"})],
    ),
    "a quoted cell over two lines": (
        b'code,description_fr\nP-1,"one\ntwo"\nP-2,x\n',
        [
            Row(3, {"code": "P-1", "description_fr": "one\ntwo"}),
            Row(4, {"code": "P-2", "description_fr": "x"}),
        ],
    ),
    "fewer cells than columns": (b"code,unit,minimum\nP-1,m\n", [Row(2, {"code": "P-1", "unit": "m"})]),
}


@pytest.mark.parametrize(("data", "rows"), READ.values(), ids=READ.keys())
def test_what_spreadsheets_save_is_read(data: bytes, rows: list[Row]) -> None:
    sheet = read_sheet(data)
    assert sheet.faults == []
    assert sheet.rows == rows
    assert not any(row.faults for row in rows)


FAULTY: dict[str, tuple[bytes, RowFault]] = {
    "nothing": (b"", RowFault(1, "code", "no_code_column")),
    "no code column": (b"unit\nm\n", RowFault(1, "code", "no_code_column")),
    "an unknown column": (b"code,colour\nP-1,red\n", RowFault(1, "colour", "unknown_column")),
    "a column twice": (b"code,unit,unit\nP-1,m,m\n", RowFault(1, "unit", "column_twice")),
    "a code twice": (b"code\nP-1\np-1\n", RowFault(3, "code", "code_twice")),
    "a code twice, composed otherwise": (
        "code\n\u00c9-1\ne\u0301-1\n".encode(),
        RowFault(3, "code", "code_twice"),
    ),
    "too many cells": (b"code\nP-1,m\n", RowFault(2, "", "too_many_cells")),
    "half a number": (b"code,decimals\nP-1,1.5\n", RowFault(2, "decimals", "not_a_whole_number")),
    "a number without end": (
        b"code,decimals\nP-1," + b"9" * 5_000 + b"\n",
        RowFault(2, "decimals", "not_a_whole_number"),
    ),
    "perhaps": (b"code,hidden\nP-1,perhaps\n", RowFault(2, "hidden", "not_yes_or_no")),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\n", RowFault(1, "", "not_readable")),
    "UTF-16": ("code\nP-1\n".encode("utf-16"), RowFault(1, "", "not_readable")),
    "an open quote": (b'code\n"P-1\n', RowFault(2, "", "not_readable")),
    "too many rows": (b"code\n" + b"x\n" * (MOST_ROWS + 1), RowFault(MOST_ROWS + 2, "", "too_many_rows")),
}


@pytest.mark.parametrize(("data", "fault"), FAULTY.values(), ids=FAULTY.keys())
def test_what_is_wrong_is_told_by_line_and_column(data: bytes, fault: RowFault) -> None:
    sheet = read_sheet(data)
    assert sheet.faults + [each for row in sheet.rows for each in row.faults] == [fault]
    assert all(sentence(fault.code, language) for language in LANGUAGES)


def test_a_faulty_row_leaves_the_others_alone() -> None:
    faulty, sound = read_sheet(b"code,decimals\nP-1,many\nP-2,1\n").rows
    assert [(fault.line, fault.column) for fault in faulty.faults] == [(2, "decimals")]
    assert sound == Row(3, {"code": "P-2", "decimals": 1})


@pytest.mark.parametrize(
    "data", [b"\x00\xff\xfe", b"code\n\x00\x00\n", b"\xff" * 300, b"code\n" + b"a" * 200_000]
)
def test_no_bytes_make_it_fail(data: Any) -> None:
    read_sheet(data)
