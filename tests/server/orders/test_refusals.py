"""Well-formed edits that are not permitted: refused cell by cell, told to their author, seen by nobody else."""

from collections import Counter
from typing import Any, Final

import pytest

from persistence.product import add_product, facts
from schema.closes import Close
from schema.language import LANGUAGES, Language
from schema.order import Side
from schema.refusals import Refusal
from server.gate.judge import LARGE_FACTS, NOTE_LIMIT, Offer, facts_size
from server.yjs.lib0 import UNDEFINED, BigInt
from server.yjs.structs import STRING, entry
from server.yjs.update import encode_update
from tests.server.orders.ear import Ear
from tests.server.orders.forge import ME, one, raw
from tests.server.orders.house import FOREIGN, House
from tests.server.orders.proof import CANARY, OF_HOUSE, OF_ORDER, assert_in_step, assert_nowhere

pytestmark = pytest.mark.anyio

QUANTITY: Final = "lines/a/quantity"
PRICE: Final = "lines/a/unit_price"


VALUES: Final[dict[str, Any]] = {
    "a float": 12.5,
    "an integer": 12,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "more than any price": 1e308,
    "a bigint": BigInt(12),
    "undefined": UNDEFINED,
    "minus zero": -0.0,
    "true": True,
    "a list": ["12"],
    "an object": {"a": "12"},
    "bytes": b"12",
    "exponent": "1e3",
    "negative": "-1",
    "full-width digits": "１２",
    "spaces": " 12",
    "too many digits": "9" * 40,
    "text": CANARY,
    "a control character": "12\x00",
}


@pytest.mark.parametrize("name", VALUES)
async def test_a_value_of_the_wrong_kind_is_refused_in_step(house: House, name: str) -> None:
    """G2 G3 G4: money and quantities are decimal text; anything else is told, mended, and never seen."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        for number, (peer, root, key, kept) in enumerate(
            (
                (anna, "client", QUANTITY, "12"),
                (sophie, "supplier", PRICE, "41.25"),
                (sophie, "supplier", "freight", None),
            )
        ):
            standing = (await house.room(order_id)).replica.index.standing((root, key)).entry
            await peer.send_update(
                one(entry(ME + number, 0, VALUES[name], root=root, key=key, origin=standing))
            )
            await peer.saved()
            await assert_in_step(house, order_id, anna, sophie)
            assert getattr(anna, root).get(key) == kept
            (told,) = peer.refusals[-1:]
            assert (told["cell"], told["kept"]) == (f"{root}/{key}", kept)
        assert len(anna.refusals) == 1


FORBIDDEN: Final[dict[str, tuple[str, str, str, Any, str]]] = {
    "the other company's price": ("anna", "supplier", PRICE, "1.00", "not_yours"),
    "the other company's quantity": ("sophie", "client", QUANTITY, "1", "not_yours"),
    "an unknown cell": ("anna", "client", "lines/a/colour", CANARY, "unknown_cell"),
    "an address of his own": ("anna", "client", f"{CANARY} à lire", "1", "unknown_cell"),
    "a comment under no id": ("anna", "comments", f"{CANARY} à lire", {"text": "x", "anchor": ""}, "unknown_cell"),
    "an address of the record of his own": ("sophie", "record", f"{CANARY}/à lire", "1", "server_only"),
    "an unknown line": ("anna", "client", "lines/zz/quantity", "1", "unknown_line"),
    "a line of no product": ("anna", "client", "lines/zz/product", CANARY, "unknown_product"),
    "a product that is changed": ("anna", "client", "lines/a/product", "spare", "fixed"),
    "a line over a line": ("sophie", "supplier", "lines/a/product", "spare", "fixed"),
    "a size that is none": ("anna", "client", "lines/s/quantity/XXL", "1", "unknown_point"),
    "the record": ("sophie", "record", "signatures/client", {"digest": CANARY}, "server_only"),
    "the record's number": ("anna", "record", "number", CANARY, "server_only"),
    "a closing": ("anna", "record", "closing", {"kind": "delivered"}, "server_only"),
    "a comment in another's name": (
        "anna", "comments", "c9", {"text": "x", "anchor": "", "user": CANARY}, "wrong_type",
    ),
    "the authorship of a comment": ("anna", "record", "comments/c1", {"name": CANARY}, "server_only"),
    "deleting the other's price": ("anna", "supplier", PRICE, None, "not_yours"),
    "deleting the record": ("anna", "record", "signatures/client", None, "server_only"),
    "deleting a product": ("anna", "client", "lines/a/product", None, "fixed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
async def test_what_is_not_permitted_is_told_to_its_author_and_seen_by_nobody(
    house: House, name: str
) -> None:
    """G2 G3 G4: one forbidden cell among permitted ones: it alone is refused, and every replica stays in step."""
    author, root, key, value, code = FORBIDDEN[name]
    order_id = await house.order()
    other = "sophie" if author == "anna" else "anna"
    async with house.peer(author, order_id) as peer, house.peer(other, order_id) as witness:
        own = "client" if author == "anna" else "supplier"
        kept = getattr(peer, root).to_py().get(key)
        with peer.doc.transaction():
            peer.edit(own, {"contact": {"name": "Permis"}})
            peer.edit(root, {key: house.products.get(value, value) if isinstance(value, str) else value})
        await peer.flush()
        await assert_in_step(house, order_id, peer, witness)
        (told,) = peer.refusals
        assert (told["cell"], told["code"], told["kept"]) == (f"{root}/{key}", code, kept)
        assert getattr(witness, root).to_py().get(key) == kept
        assert getattr(witness, own)["contact"] == {"name": "Permis"}
        assert witness.refusals == []
        if CANARY in f"{key}{value}":
            await assert_nowhere(house, order_id, author, witness)
    await house.put_away(order_id)
    async with house.peer(author, order_id) as again:
        await again.until(lambda: bool(again.refusals))
        await assert_in_step(house, order_id, again)
        assert again.refusals[0]["id"] == told["id"]


async def test_a_key_that_is_no_address_reaches_nobody_however_often_it_is_written(house: House) -> None:
    """G2 G3 G4: by two people, over and beside each other, with a deletion, and after a reload."""
    order_id = await house.order()
    keys = (f"{CANARY} un", f"lines/a/{CANARY}", f"lines/{CANARY}/{CANARY}/{CANARY}")
    sophie = house.peer("sophie", order_id)
    for turn in range(2):
        async with (
            house.peer("anna", order_id) as anna,
            house.peer("paul", order_id) as paul,
            sophie,
            house.peer("luc", order_id) as luc,
        ):
            for key in keys:
                anna.edit("client", {key: "1"})
                paul.edit("client", {key: "2"})
                await paul.flush()
                await anna.flush()
                await assert_in_step(house, order_id, anna, paul, sophie, luc)
                await anna.write("client", {key: "3"})
                anna.edit("client", {key: "4"})
                anna.edit("client", {key: None})
                await anna.flush()
                await assert_in_step(house, order_id, anna, paul, sophie, luc)
            told = Counter(item["cell"] for item in anna.refusals)
            assert set(told) <= {"client/?", *(f"client/{key}" for key in keys)}
            assert all(told[f"client/{key}"] for key in keys)
            assert {item["code"] for item in anna.refusals + paul.refusals} <= {
                "unknown_cell",
                "read_only_member",
            }
            await anna.write("client", {"reference": f"PO-{turn}"})
            await assert_in_step(house, order_id, anna, paul, sophie, luc)
            assert luc.client["reference"] == f"PO-{turn}"
            await assert_nowhere(house, order_id, "anna", luc, sophie, beside=["paul"])
        await house.put_away(order_id)


async def test_a_product_of_another_catalogue_is_unknown(house: House) -> None:
    """G7: the rival's product is not even named."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna:
        await anna.write("client", {"lines/x/product": house.foreign_product})
        await anna.write("client", {"lines/y/product": "0" * 32})
        assert [item["code"] for item in anna.refusals] == ["unknown_product"] * 2
        assert anna.refusals[0]["message"] == anna.refusals[1]["message"]
        await assert_in_step(house, order_id, anna)
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {"lines/a/substitute": house.foreign_product})
        assert [item["code"] for item in sophie.refusals] == ["unknown_product"]


async def test_a_quantity_beside_its_substitute_is_counted_by_that(house: House) -> None:
    """G4: whichever of the two comes first in the update."""
    order_id = await house.order()
    with house.services.db.writing() as session:
        rope = {"code": "R-1", "name_fr": "Corde", "unit": "m", "price": "2", "decimals": 2}
        product = add_product(session, house.people["sophie"].company_id, rope).id
    async with house.peer("sophie", order_id) as sophie:
        await sophie.write("supplier", {QUANTITY: "2.25", "lines/a/substitute": product})
        assert sophie.refusals == []
        await sophie.write("supplier", {QUANTITY: "1.75", "lines/a/substitute": None})
        assert [(item["cell"], item["code"]) for item in sophie.refusals] == [
            (f"supplier/{QUANTITY}", "too_many_decimals")
        ]
        assert "lines/a/substitute" not in (await house.content(order_id)).supplier
        await assert_in_step(house, order_id, sophie)


async def test_an_order_takes_no_more_products_of_many_choices_than_it_may_hold(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4 G8: one line of few bytes brings in all that is known of its product."""
    order_id = await house.order()
    options = [{"key": f"o{number}", "name_fr": "Teinte " * 10, "name_en": ""} for number in range(100)]
    with house.services.db.writing() as session:
        choice = {"key": "hue", "name_fr": "Teinte", "kind": "choice", "options": options}
        file = {"code": "L-1", "name_fr": "Laque", "unit": "each", "price": "2", "characteristics": [choice]}
        large = add_product(session, house.people["sophie"].company_id, file)
        size = Offer(facts(large), "2").size
    limit = facts_size(await house.content(order_id)) + 3 * size + LARGE_FACTS
    monkeypatch.setattr("server.gate.judge.FACTS_LIMIT", limit)
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("client", {f"lines/n{number}/product": large.id for number in range(2)})
        await sophie.write("supplier", {"lines/a/substitute": large.id})
        assert anna.refusals == sophie.refusals == []
        await sophie.write("supplier", {"lines/s/substitute": large.id})
        await anna.write("client", {"lines/m/product": large.id, "lines/k/product": house.products["door"]})
        told = [(item["cell"], item["code"]) for item in (*sophie.refusals, *anna.refusals)]
        assert told == [
            ("supplier/lines/s/substitute", "too_many_choices"),
            ("client/lines/m/product", "too_many_choices"),
        ]
        await sophie.write("supplier", {"lines/a/substitute": None})
        await anna.write("client", {"lines/m/product": large.id})
        assert len(anna.refusals) == 1
        await assert_in_step(house, order_id, anna, sophie)


async def test_what_is_another_catalogues_comes_into_no_order(house: House) -> None:
    """G2 G7: whoever names it, nothing of the rival's product is copied, shown or kept."""
    order_id = await house.order()
    async with (
        house.peer("anna", order_id) as anna,
        house.peer("sophie", order_id) as sophie,
        house.peer("luc", order_id) as luc,
    ):
        await anna.write("client", {"lines/x/product": house.foreign_product, "lines/x/quantity": "4"})
        await sophie.write("supplier", {"lines/y/product": house.foreign_product})
        await sophie.write("supplier", {"lines/a/substitute": house.foreign_product})
        await assert_in_step(house, order_id, anna, sophie, luc)
        codes = [item["code"] for item in (*anna.refusals, *sophie.refusals)]
        assert sorted(codes) == ["unknown_line", *["unknown_product"] * 3]
        for peer in (anna, sophie, luc):
            assert not [frame for frame in peer.frames if FOREIGN.encode() in frame]
    for table, dump in house.dump().items():
        assert FOREIGN not in dump or table == "product"
    for name in ("sophie", "luc", "lise", "bot"):
        for path in (*OF_ORDER, *OF_HOUSE):
            told = await house.get(name, path.format(id=order_id).replace(CANARY, FOREIGN))
            assert FOREIGN not in told.text


async def test_a_list_tells_what_stands_and_nothing_that_was_refused(house: House) -> None:
    """G2 G7: what lists show of an order, tried by those who may not, or with what is no value of it."""
    order_id = await house.order()
    ears = [Ear(house, name) for name in ("marc", "luc", "lise", "eve")]
    for ear in ears:
        await ear.open()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("client", {"requested_date": CANARY, QUANTITY: CANARY, "lines/x/product": CANARY})
        await sophie.write("client", {"reference": CANARY})
        await sophie.write("record", {"number": CANARY})
        await anna.write("supplier", {"promised_date": CANARY, "confirmation_number": CANARY})
        await anna.write("client", {"reference": "PO-1"})
        for ear in ears[:3]:
            await ear.until("PO-1")
        assert len(anna.refusals) + len(sophie.refusals) == 7
    for ear in ears:
        assert CANARY not in "".join(ear.told)
        await ear.close()
    assert ears[3].told == []
    rows = [row for row in house.rows_of(order_id) if CANARY in row]
    assert len(rows) == 7
    assert all(row.startswith("refused_edit ") for row in rows)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_refusal_is_told_in_the_language_of_who_tried(own_house: House, language: Language) -> None:
    """G4: at once, and again when he comes back, until he dismisses it."""
    order_id = await own_house.order()
    marc = own_house.people["marc"]
    changed = await own_house.http.patch("/api/me", json={"language": language}, headers=marc.headers)
    assert changed.status_code == 200
    async with own_house.peer("marc", order_id) as peer:
        await peer.write("supplier", {PRICE: "1.00"})
        (told,) = peer.refusals
    assert told["message"] == Refusal("not_yours").sentence(language)
    async with own_house.peer("marc", order_id) as peer:
        await peer.until(lambda: bool(peer.refusals))
        assert peer.refusals == [told]
    path = f"/api/orders/{order_id}/refusals/{told['id']}"
    assert (await own_house.http.delete(path, headers=marc.headers)).status_code == 204
    async with own_house.peer("marc", order_id) as peer:
        await peer.barrier()
        assert peer.refusals == []


async def test_a_comment_is_added_once_and_never_changed(house: House) -> None:
    """G6: not by its author, not by the other company, not by deletion; its author is the server's word."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("sophie", order_id) as sophie:
        await anna.write("comments", {"c1": {"text": "Bonjour", "anchor": ""}})
        await assert_in_step(house, order_id, anna, sophie)
        assert sophie.record["comments/c1"]["user"] == house.people["anna"].user_id
        for peer in (anna, sophie):
            await peer.write("comments", {"c1": {"text": CANARY, "anchor": ""}})
            await peer.write("comments", {"c1": None})
            assert [item["code"] for item in peer.refusals] == ["add_only", "add_only"]
        await assert_in_step(house, order_id, anna, sophie)
        assert sophie.comments["c1"] == {"text": "Bonjour", "anchor": ""}


@pytest.mark.parametrize("state", ["agreed", "closed"])
async def test_the_note_is_locked_with_the_order(house: House, state: str) -> None:
    """G2 G4: neither new letters nor a deletion of old ones; the text comes back to who deleted it."""
    order_id = await house.order("draft")
    async with house.peer("anna", order_id) as anna:
        anna.note += "Livrer à l’arrière 🚚"
        await anna.flush()
        await anna.saved()
    await house.bring(order_id, state)  # type: ignore[arg-type]
    for name in ("anna", "sophie", "paul"):
        async with house.peer(name, order_id) as peer, house.peer("luc", order_id) as luc:
            peer.note += CANARY
            await peer.flush()
            await peer.saved()
            del peer.note[0:7]
            await peer.flush()
            await assert_in_step(house, order_id, peer, luc)
            assert str(peer.note) == "Livrer à l’arrière 🚚"
            assert [item["cell"] for item in peer.refusals] == ["note", "note"]
            await assert_nowhere(house, order_id, name, luc, beside=["anna", "sophie", "paul"])
            assert luc.refusals == []


@pytest.mark.parametrize("deleted", [(0, 7), (0, 4), (2, 3), (0, 8), (4, 4)])
async def test_a_deletion_of_letters_is_judged_wherever_its_range_begins(
    house: House, deleted: tuple[int, int]
) -> None:
    """G2 G4: a range of ids may come from a cell, or go on in one: who may only read takes away nothing of it."""
    order_id = await house.order()
    before = entry(ME, 0, "PO-1", root="client", key="reference")
    after = entry(ME, 7, "Cuisine", root="client", key="lines/a/job_reference")
    note = raw(STRING, "Livrer", clock=1, root="note")
    async with house.peer("anna", order_id) as anna, house.peer("luc", order_id) as luc:
        await anna.send_update(encode_update([before, note, after], {}))
        await anna.saved()
        async with house.peer("paul", order_id) as paul:
            await paul.send_update(encode_update([], {ME: [deleted]}))
            await assert_in_step(house, order_id, anna, luc, paul)
            told = {(item["cell"], item["code"]) for item in paul.refusals}
        assert (luc.client["reference"], str(luc.note)) == ("PO-1", "Livrer")
        assert luc.client["lines/a/job_reference"] == "Cuisine"
    assert ("note", "read_only_member") in told
    assert {code for _, code in told} == {"read_only_member"}


@pytest.mark.parametrize("inner", [(1, 1), (3, 2), (0, 5)])
@pytest.mark.parametrize("times", [1, 80], ids=["few", "many"])
async def test_deletions_in_ranges_that_overlap_are_judged_one_by_one(
    house: House, times: int, inner: tuple[int, int]
) -> None:
    """G2 G3 G4: however somebody says that he deletes everything, nothing is gone that he may not delete."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("luc", order_id) as luc:
        before = luc.state()
        clocks = (await house.room(order_id)).replica.index.clocks
        ranges = {
            client: [(0, end), (inner[0] % end, 1), *[inner] * times]
            for client, end in clocks.items()
            if end > 6
        }
        async with house.peer("paul", order_id) as paul:
            await paul.send_update(encode_update([], ranges))
            await assert_in_step(house, order_id, anna, luc, paul)
            assert {item["code"] for item in paul.refusals} == {"read_only_member", "server_only"}
            assert len(paul.refusals) == len({item["cell"] for item in paul.refusals})
        assert luc.state() == before
    await house.put_away(order_id)
    async with house.peer("sophie", order_id) as sophie:
        assert sophie.state() == before


WITHDRAWN: Final = (("supplier", "lines/a/product"), ("client", "lines/d/product"), ("comments", "c7"))


@pytest.mark.parametrize("made_by", ["client", "supplier"])
@pytest.mark.parametrize("name", ["paul", "anna", "sophie", "bot"])
async def test_what_was_tried_and_withdrawn_before_it_arrived_has_no_consequence(
    house: House, name: str, made_by: Side
) -> None:
    """G2 G6: a line or a comment that its author set and took away again in one update: nothing follows from it."""
    order_id = await house.order("open", made_by)
    async with house.peer(name, order_id) as peer, house.peer("luc", order_id) as luc:
        before = luc.state()
        for root, key in WITHDRAWN:
            if key in peer.state()[root]:
                continue
            with peer.doc.transaction():
                peer.edit(
                    root,
                    {key: {"text": "x", "anchor": ""} if root == "comments" else house.products["spare"]},
                )
                peer.edit(root, {key: None})
            await peer.flush()
        await assert_in_step(house, order_id, peer, luc)
        assert luc.state() == before


async def test_a_product_that_is_written_again_changes_neither_its_price_nor_its_facts(house: House) -> None:
    """G2: the price is the supplier's, and what the catalogue says now is not what was being negotiated."""
    order_id = await house.order()
    async with house.peer("sophie", order_id) as sophie, house.peer("anna", order_id) as anna:
        await sophie.write("supplier", {PRICE: "39.00"})
        await anna.until(lambda: anna.supplier[PRICE] == "39.00")
        record = anna.record.to_py()
        await anna.write("client", {"lines/a/product": house.products["door"]})
        await assert_in_step(house, order_id, anna, sophie)
        assert anna.refusals == []
        assert sophie.supplier[PRICE] == "39.00"
        assert sophie.record.to_py() == record


async def test_a_stranger_cannot_tell_an_order_from_none(house: House) -> None:
    """G7: the rival, and the other company of a draft, get the same answer as for an order that never was."""
    order_id, draft = await house.order(), await house.begin("supplier")
    for name, asked in (("eve", order_id), ("anna", draft), ("eve", "0" * 32), ("eve", CANARY)):
        peer = house.peer(name, asked)
        await peer.come()
        assert await peer.gone() == Close.NOT_FOUND
        assert peer.frames == []
        await peer.leave()
        for path in (f"/api/orders/{asked}", f"/api/orders/{asked}/changes"):
            reply, absent = await house.get(name, path), await house.get(name, path.replace(asked, "1" * 32))
            assert (reply.status_code, reply.json()) == (absent.status_code, absent.json())
        for command in ("send", "accept", "decline", "amend", "cancel", "deliver"):
            reply = await house.post(
                name, f"/api/orders/{asked}/{command}", {"reason": "x", "digest": "0" * 64}
            )
            assert (reply.status_code, reply.json()["code"]) == (404, "not_found")
    assert (await house.get("eve", "/api/orders")).json()["items"] == []


async def test_a_note_of_the_greatest_length_may_be_pasted_in_any_script(house: House) -> None:
    """G3 G4: twenty thousand characters of four bytes each; one more is told, and whoever pastes it stays here."""
    order_id = await house.order()
    async with house.peer("anna", order_id) as anna, house.peer("luc", order_id) as luc:
        anna.note += "🚚" * NOTE_LIMIT
        await anna.flush()
        await luc.until(lambda: len(str(luc.note)) == NOTE_LIMIT)
        luc.note += "é" * NOTE_LIMIT
        await luc.flush()
        await luc.saved()
        await luc.barrier()
        assert [(item["cell"], item["code"]) for item in luc.refusals] == [("note", "note_too_long")]
        assert str(luc.note) == "🚚" * NOTE_LIMIT
        await assert_in_step(house, order_id, anna, luc)
