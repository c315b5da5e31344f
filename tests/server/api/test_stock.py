"""Stock over HTTP: who may see and set it, what is refused row by row, repeats, and spreadsheets."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from persistence.claim import Claim, Need, set_claim
from persistence.idempotency import TAKEN_FOR, AnsweredRequest
from persistence.product import add_product
from persistence.token import add_token
from server.catalogue.stock_writing import write_rows
from tests.server.api.trade import NOON, Trade, codes, refused, trade

__all__ = ["trade"]

SHIRT = {
    "code": "C-200",
    "name_fr": "Chemise",
    "unit": "each",
    "price": "12",
    "sizing": "scale",
    "points": ["S", "M"],
}
WOOD = {"key": "wood", "name_fr": "Bois", "name_en": "Wood", "kind": "choice", "required": False,
        "options": [{"key": "oak", "name_fr": "Chêne", "name_en": "Oak"}]}  # fmt: skip
DOOR = {"code": "P-100", "name_fr": "Porte", "unit": "each", "price": "41.50", "characteristics": [WOOD]}


@pytest.fixture
def products(trade: Trade) -> dict[str, str]:
    with trade.db.writing() as session:
        return {
            "door": add_product(session, trade.id("boreale"), DOOR).id,
            "shirt": add_product(session, trade.id("boreale"), SHIRT).id,
            "foreign": add_product(session, trade.id("rival"), DOOR).id,
        }


def put(trade: Trade, *rows: dict[str, Any], who: str | None = "Luc", **request: Any) -> httpx.Response:
    return trade.ask(who, "PUT", "/api/stock", json={"rows": list(rows)}, **request)


def on_hand(trade: Trade, who: str = "Luc") -> dict[tuple[str, str, str], str]:
    items = trade.get(who, "/api/stock")["items"]
    return {(item["code"], item["point"], item["variant"]): item["on_hand"] for item in items}


def test_stock_is_set_by_product_or_code_size_and_variant(trade: Trade, products: dict[str, str]) -> None:
    answer = put(
        trade,
        {
            "product_id": products["door"],
            "on_hand": "4",
            "arrivals": [{"quantity": "6", "date": "2027-01-03"}],
        },
        {"code": "p-100", "variant": " wood = oak ", "on_hand": "2"},
        {"code": "C-200", "point": "S", "on_hand": "7"},
    )
    assert answer.json() == {"kept": 3, "errors": []}
    assert on_hand(trade) == {("P-100", "", ""): "4", ("P-100", "", "wood=oak"): "2", ("C-200", "S", ""): "7"}
    (first, *_) = trade.get("Luc", "/api/stock?q=porte")["items"]
    assert first["arrivals"] == [{"quantity": "6", "date": "2027-01-03"}]
    assert (first["reserved"], first["asked"], first["free"]) == ("0", "0", "4")
    put(trade, {"code": "P-100", "on_hand": None})
    assert ("P-100", "", "") not in on_hand(trade)


def test_faulty_rows_are_told_and_the_others_kept(trade: Trade, products: dict[str, str]) -> None:
    rows: list[dict[str, Any]] = [
        {"code": "P-100", "on_hand": "4"},
        {"code": "nowhere", "on_hand": "4"},
        {"product_id": products["foreign"], "on_hand": "4"},
        {"code": "P-100", "point": "S", "on_hand": "4"},
        {"code": "C-200", "on_hand": "4"},
        {"code": "C-200", "point": "XL", "on_hand": "4"},
        {"code": "P-100", "variant": "wood=plastic", "on_hand": "4"},
        {"code": "C-200", "point": "M", "on_hand": "-4"},
        {"code": "C-200", "point": "M", "on_hand": "1.5"},
        {"code": "C-200", "point": "M", "on_hand": "1", "arrivals": [{"quantity": "1", "date": "bientôt"}]},
        {"product_id": products["door"], "on_hand": "5"},
        {"code": "C-200", "point": "M"},
        {"code": "C-200", "point": "M", "arrivals": []},
        {"code": "C-200", "point": "S", "on_hand": "1", "seen": {"on_hand": "many"}},
        {"on_hand": "1"},
    ]
    answer = put(trade, *rows).json()
    assert answer["kept"] == 1
    assert {error["row"]: (error["field"], error["code"]) for error in answer["errors"]} == {
        1: ("code", "unknown_product"),
        2: ("product_id", "unknown_product"),
        3: ("point", "no_sizes"),
        4: ("point", "sizes_only"),
        5: ("point", "unknown_point"),
        6: ("variant", "unknown_variant"),
        7: ("on_hand", "negative"),
        8: ("on_hand", "too_many_decimals"),
        9: ("arrivals", "not_a_date"),
        10: ("product_id", "variant_twice"),
        11: ("on_hand", "required"),
        12: ("on_hand", "not_followed"),
        13: ("on_hand", "not_a_decimal"),
        14: ("code", "required"),
    }
    assert all(error["message"] for error in answer["errors"])
    assert on_hand(trade) == {("P-100", "", ""): "4"}


def test_two_at_once_who_change_different_values_of_one_row_both_have_their_way(
    trade: Trade, products: dict[str, str]
) -> None:
    arrivals = [{"quantity": "6", "date": "2027-01-03"}]
    put(trade, {"code": "P-100", "on_hand": "10"})
    seen = {"on_hand": "10", "arrivals": []}
    luc = {"code": "P-100", "on_hand": "8", "seen": seen | {"arrivals": []}}
    program = {"code": "P-100", "arrivals": arrivals}
    assert put(trade, luc).json() == put(trade, program).json() == {"kept": 1, "errors": []}
    (door,) = trade.get("Luc", "/api/stock")["items"]
    assert (door["on_hand"], door["arrivals"]) == ("8", arrivals)


def test_the_late_one_is_told_both_values_and_may_put_his_in(trade: Trade, products: dict[str, str]) -> None:
    put(trade, {"code": "P-100", "on_hand": "10"})
    assert put(trade, {"code": "P-100", "on_hand": "8", "seen": {"on_hand": "10"}}).json()["kept"] == 1
    late = {"code": "P-100", "on_hand": "12", "seen": {"on_hand": "10"}}
    answer = put(trade, late, {"code": "C-200", "point": "S", "on_hand": "1"}, who="Sophie").json()
    (error,) = answer["errors"]
    assert answer["kept"] == 1
    assert (error["row"], error["field"], error["code"]) == (0, "on_hand", "changed_since")
    assert error["present"] == {"on_hand": "8", "arrivals": []}
    assert on_hand(trade)["P-100", "", ""] == "8"
    put(trade, late | {"seen": {"on_hand": error["present"]["on_hand"]}}, who="Sophie")
    assert on_hand(trade)["P-100", "", ""] == "12"


def test_what_a_late_one_was_told_is_told_again_when_he_repeats_his_request(
    trade: Trade, products: dict[str, str]
) -> None:
    put(trade, {"code": "P-100", "on_hand": "8"})
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "late"}}
    late = {"code": "P-100", "on_hand": "12", "seen": {"on_hand": "10"}}
    first = put(trade, late, **key)
    assert first.json()["errors"][0]["present"] == {"on_hand": "8", "arrivals": []}
    assert put(trade, late, **key).json() == first.json()
    assert refused(put(trade, {"code": "P-100", "on_hand": "12"}, **key)) == (409, "key_reused")


def test_many_at_once_never_overwrite_each_other_unseen(trade: Trade, products: dict[str, str]) -> None:
    """Each adds his own to what he saw, again and again until he is heard: nothing is lost."""
    put(trade, {"code": "P-100", "on_hand": "0"})

    def add(step: int) -> None:
        seen, times = "0", 5
        while times:
            mine = str(int(seen) + step)
            row = {"code": "P-100", "on_hand": mine, "seen": {"on_hand": seen}}
            errors = put(trade, row).json()["errors"]
            seen = errors[0]["present"]["on_hand"] if errors else mine
            times -= not errors

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, (1, 10, 100, 1000)))
    assert on_hand(trade)["P-100", "", ""] == "5555"


def test_a_body_of_the_wrong_shape_is_refused_whole(trade: Trade, products: dict[str, str]) -> None:
    assert codes(put(trade, {"code": "P-100", "on_hand": 4})) == {"rows.0.on_hand": "wrong_type"}
    seen = {"code": "P-100", "on_hand": "4", "seen": {"free": "4"}}
    assert codes(put(trade, seen)) == {"rows.0.seen.free": "unknown_field"}
    assert codes(put(trade, *[{"code": "P-100", "on_hand": "1"}] * 5001)) == {"rows": "too_many"}


def test_a_repeated_request_is_answered_as_the_first_and_puts_nothing_back(
    trade: Trade, products: dict[str, str]
) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "import-2026-11-23"}}
    first = put(trade, {"code": "P-100", "on_hand": "4"}, {"code": "?", "on_hand": "1"}, **key)
    put(trade, {"code": "P-100", "on_hand": "9"})
    again = put(trade, {"code": "P-100", "on_hand": "4"}, {"code": "?", "on_hand": "1"}, **key)
    assert again.json() == first.json()
    assert on_hand(trade) == {("P-100", "", ""): "9"}
    assert refused(put(trade, {"code": "P-100", "on_hand": "1"}, **key)) == (409, "key_reused")
    other = put(trade, {"code": "P-100", "on_hand": "1"}, who="Eve", **key)
    assert other.status_code == 200, "a key is a company's own"
    bad: dict[str, Any] = {"headers": {"Idempotency-Key": "a b"}}
    assert refused(put(trade, {"code": "P-100", "on_hand": "1"}, **bad)) == (422, "bad_idempotency_key")


def test_a_request_that_comes_twice_at_once_is_carried_out_once(
    trade: Trade, products: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second waits for what the first is answered, in this process or another."""
    put(trade, {"code": "P-100", "on_hand": "10"})
    began, times = Barrier(2), []

    async def slowly(*args: Any) -> Any:
        times.append(1)
        await asyncio.sleep(0.5)
        return await write_rows(*args)

    def late(_: int) -> Any:
        began.wait(10)
        row = {"code": "P-100", "on_hand": "12", "seen": {"on_hand": "10"}}
        return put(trade, row, headers={"Idempotency-Key": "twice"}).json()

    monkeypatch.setattr("server.api.stock.write_rows", slowly)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(late, range(2))) == [{"kept": 1, "errors": []}] * 2
    assert times == [1]


def test_a_key_is_let_go_by_what_failed_and_taken_over_from_who_is_gone(
    trade: Trade, products: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key: dict[str, Any] = {"headers": {"Idempotency-Key": "again"}}

    async def fails(*_: Any) -> Any:
        raise OperationalError("", None, Exception())

    with monkeypatch.context() as broken:
        broken.setattr("server.api.stock.write_rows", fails)
        assert refused(put(trade, {"code": "P-100", "on_hand": "4"}, **key)) == (503, "unavailable")
    assert put(trade, {"code": "P-100", "on_hand": "4"}, **key).json()["kept"] == 1
    with trade.db.writing() as session:
        row = session.get_one(AnsweredRequest, (trade.id("boreale"), "again"))
        row.answer = {}
    monkeypatch.setattr("server.http.once.LOOK_SECONDS", 0)
    assert refused(put(trade, {"code": "P-100", "on_hand": "4"}, **key)) == (503, "unavailable")
    with trade.db.writing() as session:
        session.get_one(AnsweredRequest, (trade.id("boreale"), "again")).at -= TAKEN_FOR
    assert put(trade, {"code": "P-100", "on_hand": "4"}, **key).json()["kept"] == 1


def test_each_company_sees_and_sets_its_own_stock_alone(trade: Trade, products: dict[str, str]) -> None:
    put(trade, {"code": "P-100", "on_hand": "4"})
    assert on_hand(trade, "Eve") == {}
    assert put(trade, {"product_id": products["door"], "on_hand": "0"}, who="Eve").json()["kept"] == 0
    assert put(trade, {"code": "P-100", "on_hand": "3"}, who="Eve").json()["kept"] == 1
    assert on_hand(trade) == {("P-100", "", ""): "4"}
    assert refused(put(trade, {"code": "P-100", "on_hand": "1"}, who="Vera")) == (403, "role_too_low")


def test_a_program_needs_the_scope_stock_to_set_it(trade: Trade, products: dict[str, str]) -> None:
    asked = {}
    for scope in ("read", "write", "stock"):
        with trade.db.writing() as session:
            _, secret = add_token(
                session, company_id=trade.id("boreale"), person_id=trade.person("Sophie").id, name=scope,
                scopes=[scope], at=NOON,
            )  # fmt: skip
        answer = put(
            trade, {"code": "P-100", "on_hand": "1"}, who=None,
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        asked[scope] = answer.status_code
    assert asked == {"read": 403, "write": 403, "stock": 200}


def test_pages_go_on_where_the_one_before_ended(trade: Trade, products: dict[str, str]) -> None:
    put(
        trade,
        *({"code": "C-200", "point": point, "on_hand": "1"} for point in ("S", "M")),
        {"code": "P-100", "on_hand": "1"},
    )
    first = trade.get("Luc", "/api/stock?limit=2")
    rest = trade.get("Luc", f"/api/stock?limit=2&after={first['next']}")
    assert [(i["code"], i["point"]) for i in first["items"] + rest["items"]] == [
        ("C-200", "M"),
        ("C-200", "S"),
        ("P-100", ""),
    ]
    assert rest["next"] is None
    assert codes(trade.ask("Luc", "GET", "/api/stock?after=nonsense")) == {"after": "wrong_form"}


def test_only_what_is_short_is_asked_for_page_by_page(
    trade: Trade, products: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.api.stock.SOUGHT_AT_ONCE", 1)
    put(
        trade,
        *({"code": "C-200", "point": point, "on_hand": "3"} for point in ("S", "M")),
        {"code": "P-100", "on_hand": "4"},
        {"code": "P-100", "variant": "wood=oak", "on_hand": "0"},
    )
    order_id = trade.made("Anna", "/api/orders", {"supplier_id": trade.id("boreale")})["id"]
    with trade.db.writing() as session:
        wanting = {
            ("a", ""): ("door", "5", ""),  # one more than there is
            ("b", "S"): ("shirt", "3", ""),  # all there is
            ("c", "M"): ("shirt", "4", ""),
            ("d", ""): ("door", "1", "wood=oak"),
        }
        needs = {
            place: Need(products[name], choices, asked, None, None, None, None)
            for place, (name, asked, choices) in wanting.items()
        }
        claim = Claim("open", NOON, 1, "1", None, False, needs)
        set_claim(session, order_id, trade.id("boreale"), None, claim, NOON)
    first = trade.get("Luc", "/api/stock?short=true&limit=2")
    rest = trade.get("Luc", f"/api/stock?short=true&limit=2&after={first['next']}")
    assert [(one["code"], one["point"], one["variant"]) for one in first["items"] + rest["items"]] == [
        ("C-200", "M", ""),
        ("P-100", "", ""),
        ("P-100", "", "wood=oak"),
    ]
    assert rest["next"] is None
    assert [one["code"] for one in trade.get("Luc", "/api/stock?short=true&q=chemise")["items"]] == ["C-200"]
    assert trade.get("Eve", "/api/stock?short=true")["items"] == []


# Spreadsheets


def bring(trade: Trade, text: str | bytes, *, dry_run: bool = False, who: str = "Luc") -> httpx.Response:
    data = text.encode() if isinstance(text, str) else text
    path = f"/api/stock/import?dry_run={'true' if dry_run else 'false'}"
    return trade.ask(who, "POST", path, files={"file": ("stock.csv", data, "text/csv")})


SHEET = """code;size;on_hand;arrivals
P-100;;4,0;6 2027-01-03 | 2 2026-12-20
C-200;S;7;
C-200;XL;7;
P-100;;1;demain
;;;
X-9;;1;
"""


def test_a_spreadsheet_is_previewed_then_brought_in(trade: Trade, products: dict[str, str]) -> None:
    preview = bring(trade, SHEET.replace("4,0", "4,5"), dry_run=True).json()
    assert on_hand(trade) == {}
    assert (preview["dry_run"], preview["rows"], preview["changed"]) == (True, 1, 1)
    assert [(e["line"], e["column"], e["code"]) for e in preview["errors"]] == [
        (2, "on_hand", "too_many_decimals"),
        (4, "size", "unknown_point"),
        (5, "arrivals", "not_arrivals"),
        (7, "code", "unknown_product"),
    ]
    done = bring(trade, SHEET).json()
    assert (done["rows"], done["changed"]) == (2, 2)
    assert done["changes"][0] == {
        "line": 2, "code": "P-100", "point": "", "variant": "", "before": None, "after": "4",
    }  # fmt: skip
    assert on_hand(trade) == {("P-100", "", ""): "4", ("C-200", "S", ""): "7"}
    (door,) = trade.get("Luc", "/api/stock?q=P-100")["items"]
    assert [one["quantity"] for one in door["arrivals"]] == ["2", "6"]
    assert bring(trade, SHEET).json()["changed"] == 0


def test_a_spreadsheet_without_arrivals_leaves_those_that_are_known(
    trade: Trade, products: dict[str, str]
) -> None:
    arrivals = [{"quantity": "6", "date": "2027-01-03"}]
    put(trade, {"code": "P-100", "on_hand": "4", "arrivals": arrivals})
    assert bring(trade, "code,on_hand\nP-100,5\n").json()["changed"] == 1
    (door,) = trade.get("Luc", "/api/stock")["items"]
    assert (door["on_hand"], door["arrivals"]) == ("5", arrivals)
    bring(trade, "code,on_hand,arrivals\nP-100,5,\n")
    assert trade.get("Luc", "/api/stock")["items"][0]["arrivals"] == []


@pytest.mark.parametrize(
    ("sheet", "fault"),
    [
        ("code,colour\nP-100,red\n", (1, "colour", "unknown_column")),
        ("on_hand\n4\n", (1, "code", "no_code_column")),
        ("code\nP-100\n", (1, "on_hand", "no_on_hand_column")),
        ('code,on_hand\n"P-100,4\n', (2, "", "not_readable")),
        ("code,on_hand\nP-100,4,5\n", (2, "", "too_many_cells")),
        ("code,on_hand\nP\x00,4\n", (2, "code", "control_character")),
    ],
)
def test_a_file_that_is_no_stock_list_says_what_is_wrong(
    trade: Trade, products: dict[str, str], sheet: str, fault: tuple[int, str, str]
) -> None:
    answer = bring(trade, sheet).json()
    assert fault in [(e["line"], e["column"], e["code"]) for e in answer["errors"]]
    assert on_hand(trade) == {}


# The bots' settings


def test_a_manager_says_how_the_bots_work_and_everybody_may_look(trade: Trade) -> None:
    assert trade.get("Vera", "/api/bots") == {
        "mode": "off", "tolerance_percent": "0", "tolerance_days": 0, "dry_run": False, "reminder_days": None,
        "paused": False,
    }  # fmt: skip
    patch = {
        "mode": "send_within_tolerance",
        "tolerance_percent": "12.50",
        "tolerance_days": 3,
        "reminder_days": 5,
    }
    answer = trade.ask("Sophie", "PATCH", "/api/bots", json=patch)
    assert answer.json() == patch | {"tolerance_percent": "12.5", "dry_run": False, "paused": False}
    answer = trade.ask("Sophie", "PATCH", "/api/bots", json={"reminder_days": None})
    assert answer.json()["reminder_days"] is None
    assert answer.json()["mode"] == "send_within_tolerance"
    assert trade.get("Eve", "/api/bots")["mode"] == "off"
    assert refused(trade.ask("Luc", "PATCH", "/api/bots", json={"mode": "off"})) == (403, "role_too_low")


@pytest.mark.parametrize(
    ("patch", "fault"),
    [
        ({"mode": "always"}, {"mode": "not_a_choice"}),
        ({"mode": None}, {"mode": "required"}),
        ({"tolerance_percent": "101"}, {"tolerance_percent": "out_of_range"}),
        ({"tolerance_percent": "-1"}, {"tolerance_percent": "out_of_range"}),
        ({"tolerance_days": -1}, {"tolerance_days": "out_of_range"}),
        ({"reminder_days": 0}, {"reminder_days": "out_of_range"}),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    trade: Trade, patch: dict[str, Any], fault: dict[str, str]
) -> None:
    assert codes(trade.ask("Sophie", "PATCH", "/api/bots", json=patch)) == fault
