"""Orders that show each state, each told for one reason. Every one is played through the real server."""

from collections.abc import Awaitable, Callable
from typing import Final

from server.demo.kitchen import door, front, moulding, panel, part, worn
from server.demo.past import Calendar
from server.demo.sheet import Sheet

Story = Callable[[Sheet, Calendar], Awaitable[None]]


async def short_of_stock(sheet: Sheet, cal: Calendar) -> None:
    """Changed for Anna: Luc lowered a quantity, with a back order and a reason. The order to look at first."""
    await sheet.begin("anna", "boreale", cal.day(2, "9:10"))
    await sheet.add(
        "anna", cal.day(2, "9:18"),
        door("P-SHK-ER", 12, "15", "34 1/2", job="Cuisine Bérubé"),
        door("P-SHK-ER", 4, "18", "34 1/2", hinge="right", job="Cuisine Bérubé"),
        front("F-SHK-ER", 6, "15", "7 3/8", job="Cuisine Bérubé"),
        front("F-SHK-ER", 3, "30", "9 1/2", job="Cuisine Bérubé"),
        moulding("M-COR-ER", 5), part("H-110", 32),
    )  # fmt: skip
    await sheet.write(
        "anna", cal.day(2, "9:31"),
        {"client/reference": "BT-2231", "client/requested_date": cal.date(12), "client/partial_delivery": True},
    )  # fmt: skip
    await sheet.give("anna", cal.day(2, "9:34"), "send")
    await sheet.write(
        "luc", cal.ago(58),
        {
            "supplier/lines/1/quantity": "8", "supplier/lines/1/backorder_quantity": "4",
            "supplier/lines/1/backorder_date": cal.date(31),
            "supplier/lines/1/reason": "Il reste de l’érable pour 8 portes; le prochain lot arrive le mois prochain.",
        },
    )  # fmt: skip
    await sheet.write(
        "luc", cal.ago(49), {"supplier/promised_date": cal.date(13), "supplier/lines/5/unit_price": "44.50"}
    )
    await sheet.say("luc", cal.ago(47), "Les 4 portes manquantes suivront sans frais de transport.", line=1)
    await sheet.give("luc", cal.ago(44), "send")


async def waiting_for_supplier(sheet: Sheet, cal: Calendar) -> None:
    """Waiting for both: sent this morning and not answered; the supplier's turn."""
    await sheet.begin("anna", "boreale", cal.ago(190))
    await sheet.add(
        "anna", cal.ago(184),
        door("P-PLA-NO", 8, "16 1/4", "30", "matte"), door("P-PLA-NO", 2, "12", "30", "matte", "right"),
        panel("G-FIN-NO", 2, "24", "34 1/2", finish="matte"), part("Q-POI-N", 20),
    )  # fmt: skip
    await sheet.write("anna", cal.ago(181), {"client/reference": "BT-2240 Îlot Desrosiers"})
    await sheet.give("anna", cal.ago(178), "send")


async def being_changed(sheet: Sheet, cal: Calendar) -> None:
    """Waiting for Luc, red for Anna: he is at work on it and has not signed yet."""
    await sheet.begin("anna", "boreale", cal.day(1, "13:20"))
    await sheet.add(
        "anna", cal.day(1, "13:26"),
        door("P-VIT-ER", 4, "15", "36"), door("P-SHK-ER", 10, "15", "30"), part("H-155", 8),
    )  # fmt: skip
    await sheet.write(
        "anna", cal.day(1, "13:30"), {"client/reference": "BT-2236", "client/requested_date": cal.date(9)}
    )
    await sheet.give("anna", cal.day(1, "13:33"), "send")
    await sheet.write("luc", cal.ago(6), {"supplier/lines/1/unit_price": "78.00"})
    await sheet.write(
        "luc", cal.ago(4), {"supplier/lines/1/reason": "Le prix du verre a augmenté en novembre."}
    )


async def countered(sheet: Sheet, cal: Calendar) -> None:
    """Changed for Luc: Anna answered his change with one of her own and signed; his turn."""
    await sheet.begin("anna", "boreale", cal.day(6, "10:05"))
    await sheet.add(
        "anna", cal.day(6, "10:12"),
        door("P-SOU-CH", 14, "16 1/2", "30 1/4", "walnut"), front("F-SHK-CH", 5, "16 1/2", "6", "walnut"),
        moulding("M-COR-CH", 4, "walnut"), part("S-MES", "2.5"),
    )  # fmt: skip
    await sheet.write("anna", cal.day(6, "10:15"), {"client/reference": "BT-2207 Chalet Gendron"})
    await sheet.give("anna", cal.day(6, "10:20"), "send")
    await sheet.write(
        "luc", cal.day(4, "8:45"),
        {"supplier/freight": "145.00", "supplier/promised_date": cal.date(20), "supplier/lines/1/unit_price": "57.60"},
    )  # fmt: skip
    await sheet.give("luc", cal.day(4, "8:52"), "send")
    await sheet.say(
        "anna", cal.day(2, "15:02"), "Nous passons à Saint-Pascal jeudi : nous pourrions prendre la commande."
    )
    await sheet.write(
        "anna", cal.day(2, "15:06"), {"client/lines/1/quantity": "12", "client/lines/4/withdrawn": True}
    )
    await sheet.give("anna", cal.day(2, "15:09"), "send")


async def one_click(sheet: Sheet, cal: Calendar) -> None:
    """Agreed at once: the supplier signed what was asked, untouched."""
    await sheet.begin("anna", "boreale", cal.day(8, "8:40"))
    await sheet.add("anna", cal.day(8, "8:47"), part("H-110", 60), part("Q-C21", 18), part("Q-TAQ", 3))
    await sheet.write(
        "anna", cal.day(8, "8:49"), {"client/reference": "Inventaire", "client/requested_date": cal.date(-3)}
    )
    await sheet.give("anna", cal.day(8, "8:50"), "send")
    await sheet.give("luc", cal.day(8, "9:26"), "accept")


async def agreed_after_change(sheet: Sheet, cal: Calendar) -> None:
    """Agreed after the supplier rejected a line and offered another product in place of one."""
    await sheet.begin("anna", "boreale", cal.day(11, "11:00"))
    await sheet.add(
        "anna", cal.day(11, "11:08"),
        door("P-SHK-ME", 9, "14", "30"), door("P-PLA-ER", 6, "18", "24", "raw"), part("Q-C18", 9),
    )  # fmt: skip
    await sheet.write(
        "anna", cal.day(11, "11:11"), {"client/reference": "BT-2189", "client/requested_date": cal.date(5)}
    )
    await sheet.give("anna", cal.day(11, "11:12"), "send")
    await sheet.write(
        "luc", cal.day(10, "8:20"),
        {
            "supplier/lines/3/substitute": sheet.product("Q-C21"),
            "supplier/lines/3/reason": "Les 18 po sont discontinuées; les 21 po entrent dans les mêmes caissons.",
            "supplier/lines/2/rejected": True, "supplier/lines/2/reason": "Nous ne pressons plus ce placage.",
            "supplier/promised_date": cal.date(6), "supplier/confirmation_number": "EB-5512",
        },
    )  # fmt: skip
    await sheet.give("luc", cal.day(10, "8:28"), "send")
    await sheet.give("anna", cal.day(10, "10:41"), "accept")


async def client_amends(sheet: Sheet, cal: Calendar) -> None:
    """Amending, opened by the client; the agreed revision stays in force."""
    await sheet.begin("anna", "boreale", cal.day(15, "14:00"))
    await sheet.add(
        "anna", cal.day(15, "14:10"),
        door("P-SHK-NO", 16, "15 3/4", "32", "matte"), front("F-PLA-NO", 8, "15 3/4", "8", "matte"),
        panel("G-FIN-NO", 3, "24", "90", finish="matte"), part("Q-POI-L", 24),
    )  # fmt: skip
    await sheet.write(
        "anna",
        cal.day(15, "14:14"),
        {"client/reference": "BT-2170 Condo 402", "client/requested_date": cal.date(8)},
    )
    await sheet.give("anna", cal.day(15, "14:15"), "send")
    await sheet.write("luc", cal.day(14, "9:00"), {"supplier/promised_date": cal.date(9)})
    await sheet.give("luc", cal.day(14, "9:02"), "send")
    await sheet.give("anna", cal.day(14, "9:40"), "accept")
    await sheet.give("anna", cal.day(1, "10:22"), "amend", "Le client ajoute un îlot.")
    await sheet.write("anna", cal.day(1, "10:25"), {"client/lines/1/quantity": "20"})
    await sheet.add("anna", cal.day(1, "10:29"), door("P-SHK-NO", 2, "24", "34 1/2", "matte", "none"))
    await sheet.note("anna", cal.day(1, "10:31"), "Mêmes veines que le premier lot, s’il vous plaît.")
    await sheet.give("anna", cal.day(1, "10:33"), "send")


async def supplier_amends(sheet: Sheet, cal: Calendar) -> None:
    """Amending, opened by the supplier, who has to move the date."""
    await sheet.begin("anna", "boreale", cal.day(13, "9:00"))
    await sheet.add(
        "anna", cal.day(13, "9:05"), door("P-LAT-MDF", 11, "15", "30", "white"), panel("G-COU", 4, "4", "96")
    )
    await sheet.write("anna", cal.day(13, "9:08"), {"client/reference": "BT-2178 Buanderie Côté"})
    await sheet.give("anna", cal.day(13, "9:09"), "send")
    await sheet.write("luc", cal.day(12, "16:00"), {"supplier/promised_date": cal.date(3)})
    await sheet.give("luc", cal.day(12, "16:02"), "send")
    await sheet.give("anna", cal.day(12, "16:20"), "accept")
    await sheet.give("sophie", cal.day(1, "15:40"), "amend", "La cabine de peinture est en réparation.")
    await sheet.write("sophie", cal.day(1, "15:42"), {"supplier/promised_date": cal.date(10)})
    await sheet.give("sophie", cal.day(1, "15:44"), "send")


async def cancellation_asked(sheet: Sheet, cal: Calendar) -> None:
    """Agreed, and the client asks to cancel: the supplier has to answer."""
    await sheet.begin("anna", "boreale", cal.day(9, "10:00"))
    await sheet.add(
        "anna", cal.day(9, "10:03"), panel("G-MEL", 12, "24", "90"), panel("G-TAB", 20, "22", "30")
    )
    await sheet.write(
        "anna", cal.day(9, "10:06"), {"client/reference": "BT-2196", "client/requested_date": cal.date(15)}
    )
    await sheet.give("anna", cal.day(9, "10:07"), "send")
    await sheet.give("luc", cal.day(9, "13:15"), "accept")
    await sheet.give("anna", cal.day(1, "9:05"), "cancel", "Le client a vendu la maison.")


async def declined(sheet: Sheet, cal: Calendar) -> None:
    """Closed: the supplier could not take it."""
    await sheet.begin("anna", "boreale", cal.day(21, "13:00"))
    await sheet.add("anna", cal.day(21, "13:04"), door("P-VIT-ER", 30, "15", "36"))
    await sheet.write(
        "anna",
        cal.day(21, "13:05"),
        {"client/requested_date": cal.date(-17), "client/reference": "Urgent Hôtel"},
    )
    await sheet.give("anna", cal.day(21, "13:06"), "send")
    await sheet.give(
        "sophie", cal.day(20, "8:30"), "decline", "Nous ne pouvons pas vitrer 30 portes en quatre jours."
    )


async def cancelled(sheet: Sheet, cal: Calendar) -> None:
    """Closed: the client took it back before anything was agreed."""
    await sheet.begin("anna", "boreale", cal.day(27, "15:00"))
    await sheet.add("anna", cal.day(27, "15:06"), front("F-PLA-MDF", 9, "18", "6", "white"))
    await sheet.give("anna", cal.day(27, "15:08"), "send")
    await sheet.give(
        "anna", cal.day(26, "9:12"), "cancel", "Commandé en double, voir la commande précédente."
    )


async def drafts(sheet: Sheet, cal: Calendar) -> None:
    """A draft of Anna's, which Boréale does not see."""
    await sheet.begin("anna", "boreale", cal.ago(75))
    await sheet.add("anna", cal.ago(71), door("P-SHK-ER", 6, "21", "30"), moulding("M-VAL-ER", 3))
    await sheet.write("anna", cal.ago(69), {"client/reference": "BT-2244"})


async def supplier_draft(sheet: Sheet, cal: Calendar) -> None:
    """A draft of Luc's for Laurier, taken by telephone, which Anna does not see."""
    await sheet.begin("luc", "laurier", cal.ago(37), "supplier")
    await sheet.add("luc", cal.ago(33), part("Q-POI-L", 40), part("Q-C21", 12))
    await sheet.note("luc", cal.ago(32), "Demandé par téléphone; Anna confirme les quantités demain.")


async def sent_by_supplier(sheet: Sheet, cal: Calendar) -> None:
    """Waiting for Anna, who has never signed it: made and sent by the supplier, as a quotation."""
    await sheet.begin("sophie", "laurier", cal.day(3, "11:00"), "supplier")
    await sheet.add(
        "sophie", cal.day(3, "11:20"),
        door("P-SOU-ER", 22, "15", "30", "walnut"), front("F-SHK-ER", 9, "15", "6", "walnut"),
        moulding("M-COR-ER", 8, "walnut"),
    )  # fmt: skip
    await sheet.write(
        "sophie", cal.day(3, "11:24"),
        {
            "supplier/valid_until": cal.date(20), "supplier/freight": "95.00", "supplier/lines/1/discount": "5",
            "supplier/promised_date": cal.date(25), "client/reference": "Soumission cuisine Thibault",
        },
    )  # fmt: skip
    await sheet.give("sophie", cal.day(3, "11:30"), "send")


async def in_english(sheet: Sheet, cal: Calendar) -> None:
    """An Ontario client, with HST, changed and answered in English."""
    await sheet.begin("emma", "boreale", cal.day(5, "9:30"))
    await sheet.add(
        "emma", cal.day(5, "9:41"),
        door("P-SHK-CH", 18, "16", "30"), front("F-SHK-CH", 7, "16", "6 1/2"), part("H-110", 36),
    )  # fmt: skip
    await sheet.write(
        "emma", cal.day(5, "9:44"), {"client/reference": "PO 88-1042", "client/requested_date": cal.date(14)}
    )
    await sheet.give("emma", cal.day(5, "9:45"), "send")
    await sheet.write(
        "luc", cal.day(3, "14:00"), {"supplier/freight": "310.00", "supplier/promised_date": cal.date(16)}
    )
    await sheet.say("luc", cal.day(3, "14:02"), "The truck to Kingston leaves every second Wednesday.")
    await sheet.give("luc", cal.day(3, "14:03"), "send")
    await sheet.give("emma", cal.day(3, "16:10"), "accept")


async def to_an_invited_client(sheet: Sheet, cal: Calendar) -> None:
    """Waiting: sent to a client who has not joined; the order itself is his invitation."""
    await sheet.begin("luc", "pelican", cal.day(1, "8:15"), "supplier")
    await sheet.add("luc", cal.day(1, "8:22"), panel("G-MEL", 24, "24", "96"), part("Q-TAQ", 2))
    await sheet.write("luc", cal.day(1, "8:24"), {"supplier/promised_date": cal.date(7)})
    await sheet.give("luc", cal.day(1, "8:26"), "send")


async def tuques(sheet: Sheet, cal: Calendar) -> None:
    """Sizes and colours: the knitter is short of one size; Anna's turn."""
    await sheet.begin("anna", "fleuve", cal.day(4, "10:00"))
    await sheet.add(
        "anna", cal.day(4, "10:06"),
        worn("TUQ-MER", "navy", "S 4, M 6, L 2", "Cuisines Laurier"), worn("GAN-TAC", "grey", "M 5, L 7"),
        worn("CHA-COL", "navy", "S 2, M 4, L 4, XL 1"),
    )  # fmt: skip
    await sheet.write(
        "anna",
        cal.day(4, "10:09"),
        {"client/reference": "Cadeaux des Fêtes", "client/requested_date": cal.date(13)},
    )
    await sheet.give("anna", cal.day(4, "10:10"), "send")
    await sheet.write(
        "claire", cal.day(2, "13:40"),
        {
            "supplier/lines/1/quantity/L": "1", "supplier/lines/1/backorder_quantity/L": "1",
            "supplier/lines/1/backorder_date": cal.date(26), "supplier/lines/1/reason": "Une pelote de moins.",
            "supplier/promised_date": cal.date(11),
        },
    )  # fmt: skip
    await sheet.give("claire", cal.day(2, "13:46"), "send")


async def work_socks(sheet: Sheet, cal: Calendar) -> None:
    """Boréale buys too: an agreed order among its purchases."""
    await sheet.begin("sophie", "fleuve", cal.day(17, "9:00"))
    await sheet.add("sophie", cal.day(17, "9:05"), worn("BAS-TRA", "grey", "39-41 12, 42-44 18, 45-47 6"))
    await sheet.write("sophie", cal.day(17, "9:06"), {"client/reference": "Équipe de l’usine"})
    await sheet.give("sophie", cal.day(17, "9:07"), "send")
    await sheet.give("claire", cal.day(16, "11:00"), "accept")


async def whole_building(sheet: Sheet, cal: Calendar) -> None:
    """A long one: the kitchens of twelve flats, agreed, with a line promised later than the others."""
    await sheet.begin("julie", "boreale", cal.day(20, "8:30"))
    for flat in range(1, 13):
        job, hinge = f"Logement {flat}", "left" if flat % 2 else "right"
        await sheet.add(
            "julie", cal.day(20, f"8:{31 + flat}"),
            door("P-SHK-ER", 8, "15", "30", hinge=hinge, job=job),
            door("P-SHK-ER", 2, "18", "34 1/2", hinge=hinge, job=job),
            door("P-PLA-MDF", 1, "24", "84", "white", "none", job=job),
            front("F-SHK-ER", 4, "15", "6", job=job), part("H-110", 24),
        )  # fmt: skip
    await sheet.write(
        "julie", cal.day(20, "8:52"),
        {
            "client/reference": "Chantier des Cèdres", "client/requested_date": cal.date(18),
            "client/partial_delivery": True,
        },
    )  # fmt: skip
    await sheet.note(
        "julie", cal.day(20, "8:54"), "Livrer par étage; le monte-charge est libre avant 10 h.\n"
    )
    await sheet.give("julie", cal.day(20, "8:55"), "send")
    await sheet.write(
        "luc", cal.day(19, "10:00"),
        {
            "supplier/promised_date": cal.date(17), "supplier/lines/58/promised_date": cal.date(24),
            "supplier/freight": "480.00",
        },
    )  # fmt: skip
    await sheet.note("luc", cal.day(19, "10:03"), "Trois voyages: étages 1, 2 et 3, les mardis.")
    await sheet.give("luc", cal.day(19, "10:05"), "send")
    await sheet.give("julie", cal.day(19, "13:30"), "accept")


async def of_the_rival(sheet: Sheet, cal: Calendar) -> None:
    """Eve's own order with a client of her own."""
    await sheet.begin("denis", "rival", cal.day(3, "8:10"))
    await sheet.add("denis", cal.day(3, "8:14"), door("RV-100", 20, "15", "30", "raw"), part("RV-900", 40))
    await sheet.write("denis", cal.day(3, "8:15"), {"client/reference": "Duplex du Phare"})
    await sheet.give("denis", cal.day(3, "8:16"), "send")
    await sheet.write("eve", cal.day(2, "9:00"), {"supplier/promised_date": cal.date(10)})
    await sheet.give("eve", cal.day(2, "9:01"), "send")


async def answered_by_the_bot(sheet: Sheet, cal: Calendar) -> None:
    """Changed for Anna: there are not enough handles for it, and Boréale's stock bot says so (`server.demo.stock`)."""
    await sheet.begin("anna", "boreale", cal.ago(96))
    await sheet.add(
        "anna", cal.ago(91),
        part("Q-POI-N", 40), part("H-110", 18), door("P-SHK-ME", 9, "15", "30", "matte", job="Cuisine Landry"),
    )  # fmt: skip
    await sheet.write(
        "anna", cal.ago(89), {"client/reference": "BT-2243", "client/requested_date": cal.date(8)}
    )
    await sheet.give("anna", cal.ago(88), "send")


STORIES: Final[list[tuple[int, Story]]] = [
    (27, cancelled), (21, declined), (20, whole_building), (17, work_socks), (15, client_amends), (13, supplier_amends),
    (11, agreed_after_change), (9, cancellation_asked), (8, one_click), (6, countered), (5, in_english), (4, tuques),
    (3, sent_by_supplier), (3, of_the_rival), (2, short_of_stock), (1, to_an_invited_client), (1, being_changed),
    (0, waiting_for_supplier), (0, drafts), (0, supplier_draft), (0, answered_by_the_bot),
]  # fmt: skip
"""Each story with how many working days ago it begins."""
