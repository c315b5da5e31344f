import io
from typing import Any

import pytest
from PIL import Image

from persistence.product import facts, product_by_id
from tests.server.api.trade import ABSENT, Trade, codes, refused, trade

__all__ = ["trade"]

DOOR = {
    "code": "P-100",
    "name_fr": "Porte d’érable",
    "name_en": "Maple door",
    "unit": "each",
    "price": "12.50",
}


def png(size: tuple[int, int] = (1600, 800), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "JPEG" if mode == "CMYK" else "PNG")
    return out.getvalue()


def put_image(trade: Trade, who: str | None, product_id: str, data: bytes) -> Any:
    files = {"file": ("door.png", data, "image/png")}
    return trade.ask(who, "PUT", f"/api/products/{product_id}/image", files=files)


def listed(trade: Trade, who: str, query: str = "") -> list[str]:
    return [product["code"] for product in trade.get(who, f"/api/products{query}")["items"]]


def test_a_product_comes_back_as_it_was_written(trade: Trade) -> None:
    file = DOOR | {
        "description_fr": "Porte à panneau\nsur mesure",
        "description_en": "",
        "decimals": 0,
        "minimum": "2",
        "multiple": "2",
        "tax_class": "zero",
        "hidden": False,
        "sizing": "dimensions",
        "points": [],
        "dimension_unit": "in",
        "dimensions": [
            {"key": "width", "name_fr": "Largeur", "name_en": "Width", "minimum": "6", "maximum": "34 1/2"}
        ],
        "characteristics": [
            {
                "key": "wood",
                "name_fr": "Essence",
                "name_en": "Wood",
                "kind": "choice",
                "required": True,
                "options": [{"key": "oak", "name_fr": "Chêne", "name_en": "Oak"}],
            }
        ],
    }
    made = trade.made("Luc", "/api/products", file)
    kept = trade.get("Luc", f"/api/products/{made['id']}")
    assert kept == made
    assert kept["updated_at"].endswith("Z")
    assert {name: kept[name] for name in file} == file
    assert (kept["supplier_id"], kept["image"]) == (trade.id("boreale"), None)


def test_the_least_product_is_complete(trade: Trade) -> None:
    made = trade.made("Sophie", "/api/products", {"code": "A", "name_fr": "B", "unit": "m", "price": "0"})
    assert (made["sizing"], made["tax_class"], made["hidden"], made["decimals"]) == (
        "none",
        "standard",
        False,
        0,
    )
    assert (made["minimum"], made["multiple"], made["points"], made["characteristics"]) == (
        None,
        None,
        [],
        [],
    )


BAD: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "no price": ({"price": None}, {"price": "wrong_type"}),
    "a price as a number": ({"price": 12.5}, {"price": "wrong_type"}),
    "a price below zero": ({"price": "-1"}, {"price": "negative"}),
    "a blank code and a blank name": (
        {"code": " ", "name_fr": ""},
        {"code": "required", "name_fr": "required"},
    ),
    "a unit that is none": ({"unit": "barrel"}, {"unit": "not_a_choice"}),
    "four decimals": ({"decimals": 4}, {"decimals": "out_of_range"}),
    "decimals in words": ({"decimals": "2"}, {"decimals": "wrong_type"}),
    "a field that is none": ({"colour": "red"}, {"colour": "unknown_field"}),
    "the id of another": ({"supplier_id": ABSENT}, {"supplier_id": "unknown_field"}),
    "a scale without sizes": ({"sizing": "scale"}, {"points": "no_points"}),
    "a size twice": ({"sizing": "scale", "points": ["S", "S"]}, {"points.1": "twice"}),
    "too many sizes": ({"points": [str(point) for point in range(61)]}, {"points": "too_many"}),
    "a bell in a name": ({"name_en": "\x07"}, {"name_en": "wrong_form"}),
    "a name too long": ({"name_fr": "a" * 201}, {"name_fr": "too_long"}),
    "a bound upside down": (
        {"dimensions": [{"key": "w", "name_fr": "L", "minimum": "2 1/4", "maximum": "2 3/16"}]},
        {"dimensions.0.maximum": "minimum_over_maximum"},
    ),
    "a choice without options": (
        {"characteristics": [{"key": "w", "name_fr": "Essence", "kind": "choice"}]},
        {"characteristics.0.options": "no_options"},
    ),
    "a characteristic of no kind": (
        {"characteristics": [{"key": "w", "name_fr": "Essence", "kind": "smell"}]},
        {"characteristics.0.kind": "not_a_choice"},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), BAD.values(), ids=BAD.keys())
def test_a_bad_product_is_refused_field_by_field(
    trade: Trade, changes: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = trade.ask("Sophie", "POST", "/api/products", json=DOOR | changes)
    assert refused(answer) == (422, "invalid")
    assert codes(answer) == expected
    assert listed(trade, "Sophie") == []


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_all_that_is_wrong_with_a_product_is_told_at_once(trade: Trade, method: str) -> None:
    """Nobody corrects a form three times: for what is too long, for what is no price, and for a code that is taken."""
    trade.made("Luc", "/api/products", DOOR)
    other = trade.made("Luc", "/api/products", DOOR | {"code": "P-200"})
    address = "/api/products" if method == "POST" else f"/api/products/{other['id']}"
    taken = trade.ask("Luc", method, address, json=DOOR | {"price": "cheap", "sizing": "scale"})
    assert refused(taken) == (422, "invalid")
    assert codes(taken) == {"code": "code_taken", "price": "not_a_decimal", "points": "no_points"}
    formless = {"name_fr": "x" * 201, "price": "cheap", "minimum": "0.5", "decimals": "2", "colour": "red"}
    dimension = {"key": "É", "name_fr": "", "minimum": "2", "maximum": "1"}
    bad = trade.ask("Luc", method, address, json=DOOR | formless | {"dimensions": [dimension]})
    assert refused(bad) == (422, "invalid")
    assert codes(bad) == {
        "name_fr": "too_long",
        "decimals": "wrong_type",
        "colour": "unknown_field",
        "price": "not_a_decimal",
        "dimensions.0.key": "bad_key",
        "dimensions.0.name_fr": "required",
        "dimensions.0.maximum": "minimum_over_maximum",
    }
    assert trade.get("Luc", f"/api/products/{other['id']}") == other


def test_a_change_in_part_is_told_only_of_what_it_names(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR | {"decimals": 2})
    bad = {"name_fr": "x" * 201, "minimum": "0.25", "multiple": "0"}
    answer = trade.ask("Luc", "PATCH", f"/api/products/{made['id']}", json=bad)
    assert codes(answer) == {"name_fr": "too_long", "multiple": "zero"}


def test_sentences_are_in_the_reader_s_language(trade: Trade) -> None:
    bad = DOOR | {"sizing": "scale"}
    said = [
        trade.ask(who, "POST", "/api/products", json=bad).json()["errors"][0]["message"]
        for who in ("Luc", "Eve")
    ]
    assert said == ["Ajoutez au moins une taille.", "Add at least one size."]


def test_a_code_is_taken_once_in_a_catalogue(trade: Trade) -> None:
    first = trade.made("Luc", "/api/products", DOOR)
    second = trade.made("Luc", "/api/products", DOOR | {"code": "P-200"})
    again = trade.ask("Luc", "POST", "/api/products", json=DOOR | {"code": "p-100"})
    moved = trade.ask("Luc", "PATCH", f"/api/products/{second['id']}", json={"code": "P-100"})
    for answer in (again, moved):
        assert refused(answer) == (409, "code_taken")
        assert codes(answer) == {"code": "code_taken"}
    assert (
        trade.ask("Luc", "PATCH", f"/api/products/{first['id']}", json={"code": "p-100"}).status_code == 200
    )
    assert trade.made("Eve", "/api/products", DOOR)["code"] == "P-100"


def test_a_code_is_kept_as_it_is_seen(trade: Trade) -> None:
    """What is copied from another program brings signs along that nobody sees; the code is the same without them."""
    made = trade.made("Luc", "/api/products", DOOR | {"code": "\ufeffP-\u200b300\u00a0A"})
    assert made["code"] == "P-300 A"
    again = trade.ask("Luc", "POST", "/api/products", json=DOOR | {"code": "P-300 A\u200b"})
    assert refused(again) == (409, "code_taken")
    nothing = trade.ask("Luc", "POST", "/api/products", json=DOOR | {"code": "\u200b"})
    assert (nothing.status_code, codes(nothing)) == (422, {"code": "required"})


def test_a_change_leaves_what_was_not_given(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR | {"minimum": "2"})
    changed = trade.ask("Luc", "PATCH", f"/api/products/{made['id']}", json={"price": "13.25"}).json()
    assert changed | {"price": "12.50", "updated_at": ""} == made | {"updated_at": ""}
    assert (
        trade.ask("Luc", "PATCH", f"/api/products/{made['id']}", json={"minimum": None}).json()["minimum"]
        is None
    )


def test_a_change_is_judged_with_the_rest_of_the_product(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR | {"decimals": 2, "minimum": "0.25"})
    answer = trade.ask("Luc", "PATCH", f"/api/products/{made['id']}", json={"decimals": 1})
    assert codes(answer) == {"minimum": "decimals_of_unit"}
    assert trade.get("Luc", f"/api/products/{made['id']}") == made


def test_sizing_may_change_and_come_back(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR | {"sizing": "scale", "points": ["S", "M"]})
    address = f"/api/products/{made['id']}"
    for sizing, points in (("none", []), ("scale", ["S", "M"])):
        assert trade.ask("Luc", "PATCH", address, json={"sizing": sizing}).status_code == 200
        with trade.db.reading() as session:
            product = product_by_id(session, made["id"])
            assert product is not None
            assert facts(product)["points"] == points


def test_a_product_is_hidden_and_never_deleted(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    assert trade.ask("Luc", "DELETE", f"/api/products/{made['id']}").status_code == 204
    assert trade.get("Luc", f"/api/products/{made['id']}")["hidden"] is True
    assert listed(trade, "Luc") == []
    assert listed(trade, "Luc", "?hidden=true") == ["P-100"]
    assert trade.ask("Luc", "PATCH", f"/api/products/{made['id']}", json={"hidden": False}).status_code == 200
    assert listed(trade, "Luc") == ["P-100"]


def test_a_client_sees_his_supplier_s_catalogue_without_what_is_hidden(trade: Trade) -> None:
    shown = trade.made("Luc", "/api/products", DOOR)
    hidden = trade.made("Luc", "/api/products", DOOR | {"code": "P-200", "hidden": True})
    catalogue = f"?supplier_id={trade.id('boreale')}"
    assert listed(trade, "Anna", catalogue) == ["P-100"]
    assert listed(trade, "Paul", catalogue + "&hidden=true") == ["P-100"]
    assert listed(trade, "Anna") == []
    assert trade.get("Anna", f"/api/products/{shown['id']}")["code"] == "P-100"
    assert refused(trade.ask("Anna", "GET", f"/api/products/{hidden['id']}")) == (404, "not_found")


def test_another_supplier_sees_nothing(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    for supplier in (trade.id("boreale"), trade.id("laurier"), ABSENT):
        answer = trade.ask("Eve", "GET", f"/api/products?supplier_id={supplier}")
        assert refused(answer) == (404, "not_found")
    assert listed(trade, "Eve", "?q=porte") == []
    theirs, absent = (trade.ask("Eve", "GET", f"/api/products/{id_}") for id_ in (made["id"], ABSENT))
    assert theirs.status_code == 404
    assert theirs.content == absent.content


def test_a_supplier_does_not_see_his_client_s_own_catalogue(trade: Trade) -> None:
    made = trade.made("Anna", "/api/products", DOOR)
    assert refused(trade.ask("Luc", "GET", f"/api/products/{made['id']}")) == (404, "not_found")
    answer = trade.ask("Luc", "GET", f"/api/products?supplier_id={trade.id('laurier')}")
    assert refused(answer) == (404, "not_found")


WRITES = [
    ("PATCH", "", {"json": {"price": "1"}}),
    ("DELETE", "", {}),
    ("PUT", "/image", {"files": {"file": ("a.png", png((4, 4)), "image/png")}}),
    ("DELETE", "/image", {}),
]


@pytest.mark.parametrize(("method", "path", "request_"), WRITES, ids=lambda part: str(part)[:12])
def test_only_the_supplier_s_own_people_who_may_write_do(
    trade: Trade, method: str, path: str, request_: dict[str, Any]
) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    address = f"/api/products/{made['id']}{path}"
    assert refused(trade.ask(None, method, address, **request_)) == (401, "signed_out")
    assert refused(trade.ask("Vera", method, address, **request_)) == (403, "role_too_low")
    for stranger in ("Anna", "Eve"):
        theirs = trade.ask(stranger, method, address, **request_)
        absent = trade.ask(stranger, method, f"/api/products/{ABSENT}{path}", **request_)
        assert theirs.status_code == 404
        assert theirs.content == absent.content
    assert trade.get("Luc", f"/api/products/{made['id']}") == made


def test_who_may_read_and_who_may_add(trade: Trade) -> None:
    assert refused(trade.ask(None, "GET", "/api/products")) == (401, "signed_out")
    assert refused(trade.ask(None, "POST", "/api/products", json=DOOR)) == (401, "signed_out")
    assert refused(trade.ask("Vera", "POST", "/api/products", json=DOOR)) == (403, "role_too_low")
    assert listed(trade, "Vera") == []


def test_pages_and_search(trade: Trade) -> None:
    for code in ("A-1", "b-2", "C-3"):
        trade.made("Luc", "/api/products", DOOR | {"code": code})
    first = trade.get("Luc", "/api/products?limit=2")
    assert [product["code"] for product in first["items"]] == ["A-1", "b-2"]
    second = trade.get("Luc", f"/api/products?limit=2&after={first['next']}")
    assert [product["code"] for product in second["items"]] == ["C-3"]
    assert second["next"] is None
    assert listed(trade, "Luc", "?q=ERABLE") == ["A-1", "b-2", "C-3"]
    assert listed(trade, "Luc", "?q=b-") == ["b-2"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("after=zzz", "after"),
        ("after=", "after"),
        ("after=é", "after"),
        ("q=" + "a" * 101, "q"),
        ("q=%00", "q"),
        ("supplier_id=boreale", "supplier_id"),
        ("hidden=perhaps", "hidden"),
        ("colour=red", "colour"),
    ],
)
def test_a_bad_query_is_refused_by_field(trade: Trade, query: str, field: str) -> None:
    answer = trade.ask("Luc", "GET", f"/api/products?{query}")
    assert refused(answer) == (422, "invalid")
    assert list(codes(answer)) == [field]


def test_a_picture_is_given_replaced_and_taken_away(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    given = put_image(trade, "Luc", made["id"], png()).json()
    assert given["image"].startswith("/api/images/")
    assert trade.get("Luc", f"/api/products/{made['id']}")["image"] == given["image"]
    again = put_image(trade, "Luc", made["id"], png()).json()
    assert again["image"] == given["image"]
    other = put_image(trade, "Luc", made["id"], png((30, 30))).json()
    assert other["image"] != given["image"]
    taken = trade.ask("Luc", "DELETE", f"/api/products/{made['id']}/image").json()
    assert taken["image"] is None


FILES: dict[str, tuple[bytes, int, str]] = {
    "text": (b"hello", 422, "not_an_image"),
    "nothing": (b"", 422, "not_an_image"),
    "printing colours": (png((4, 4), "CMYK"), 422, "image_cmyk"),
    "half a file": (png()[:300], 422, "image_truncated"),
    "too wide": (png((12_001, 1)), 422, "image_too_wide"),
}


@pytest.mark.parametrize(("data", "status", "code"), FILES.values(), ids=FILES.keys())
def test_what_is_no_picture_is_refused(trade: Trade, data: bytes, status: int, code: str) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    answer = put_image(trade, "Luc", made["id"], data)
    assert refused(answer) == (status, "invalid")
    assert codes(answer) == {"file": code}
    assert trade.get("Luc", f"/api/products/{made['id']}")["image"] is None


def test_too_large_a_file_is_refused_before_it_is_read(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    assert refused(put_image(trade, "Luc", made["id"], b"\x89PNG" * (3 * 1024 * 1024))) == (413, "too_large")


def test_a_form_without_the_file_is_refused(trade: Trade) -> None:
    made = trade.made("Luc", "/api/products", DOOR)
    address = f"/api/products/{made['id']}/image"
    answer = trade.ask("Luc", "PUT", address, files={"picture": ("a.png", png((4, 4)), "image/png")})
    assert codes(answer) == {"file": "required", "picture": "unknown_field"}
    assert refused(trade.ask("Luc", "PUT", address, json={})) == (415, "not_multipart")
