from dataclasses import replace
from html.parser import HTMLParser

import pytest

from schema.status import Status
from server.mail.html import render_html
from server.mail.letter import Group, Letter, Row, Section
from tests.server.mail.test_order import COMPOSED, LANGUAGES

HOSTILE = '<b>"O\'Brien" & fils'
SAFE = "&lt;b&gt;&quot;O&#x27;Brien&quot; &amp; fils"
VOID = {"meta", "br", "img", "input", "hr", "link"}
LETTER = Letter("fr", "Objet", "Bonjour,", ("Un mot.",), "Voir", "https://commande.example/")


class Outline(HTMLParser):
    """The tags of a document; fails on one that is closed out of turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()
        assert self.opened == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMPOSED)
def test_every_mail_is_well_formed_and_loads_nothing(name: str, language: str) -> None:
    html = COMPOSED[name](language).html  # type: ignore[arg-type]  # a parameter loses its literal type
    outline = Outline(html)
    assert outline.all("html") == [{"lang": language}]
    assert len(outline.all("a")) == 1
    assert not {tag for tag, _ in outline.tags} & {"img", "script", "link", "iframe", "form", "object"}
    assert "url(" not in html
    assert "@import" not in html


def test_an_orders_number_stays_on_one_line_and_is_copied_as_it_is() -> None:
    html = render_html(replace(LETTER, paragraphs=("La commande 2026-0147 vous attend.",)))
    assert 'commande <span style="white-space:nowrap">2026-0147</span> vous' in html


def test_everything_is_escaped() -> None:
    group = Group(HOSTILE, HOSTILE, (Row(HOSTILE, HOSTILE, HOSTILE), Row(HOSTILE, HOSTILE)))
    letter = Letter(
        language="fr",
        subject=HOSTILE,
        greeting=HOSTILE,
        paragraphs=(HOSTILE,),
        action=HOSTILE,
        link=f"https://commande.example/{HOSTILE}",
        status="changed",
        reason=HOSTILE,
        sections=(Section(HOSTILE, (group,), HOSTILE),),
        turn=HOSTILE,
        footer=(HOSTILE,),
    )
    html = render_html(letter)
    assert html.count(SAFE) == 17
    assert "<b>" not in html
    assert "O'Brien" not in html
    assert Outline(html).all("a")[0]["href"] == f"https://commande.example/{HOSTILE}"


def test_what_was_and_what_is_are_marked_for_those_who_do_not_see_colours() -> None:
    rows = (Row("Quantité", "8", "12"), Row("Arriéré (B/O)", "4", "—"))
    html = render_html(replace(LETTER, sections=(Section("Ce qui a changé", (Group("Porte", None, rows),)),)))
    outline = Outline(html)
    assert (len(outline.all("del")), len(outline.all("ins"))) == (1, 2)
    assert [cell["scope"] for cell in outline.all("th")] == ["colgroup", "row", "row"]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("draft", "Brouillon"),
        ("waiting", "En attente"),
        ("changed", "Modifiée"),
        ("agreed", "Acceptée"),
        ("amending", "Avenant en cours"),
        ("closed", "Fermée"),
    ],
)
def test_a_state_has_its_word_beside_its_colour(status: Status, word: str) -> None:
    html = render_html(replace(LETTER, status=status))
    assert f"</span>{word}</span>" in html
    assert f".badge-{status}{{" in html


def test_tables_that_only_lay_out_say_so() -> None:
    tables = Outline(render_html(LETTER)).all("table")
    assert [table.get("role") for table in tables] == ["presentation"] * len(tables)
