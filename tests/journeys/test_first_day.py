"""A company's first day: every page that is still empty says what it is for, and offers the one thing to do next."""

from playwright.sync_api import Page, expect

from tests.journeys.api import Api
from tests.journeys.conftest import Opens
from tests.journeys.eyes import faults_of
from tests.journeys.installation import PASSWORD, Installation
from tests.journeys.words import Words

# Where, what it says in both languages, the next step's name, and where that leads (a dialog when empty).
PAGES = (
    ("/orders", "Vos commandes vivront ici", "Your orders will live here", "Créer une commande", "Create an order", ""),
    ("/purchases", "Vos achats vivront ici", "Your purchases will live here", "Créer un achat", "Create a purchase",
     ""),
    ("/clients", "Ajoutez votre premier client", "Add your first client", "Ajouter un client", "Add a client",
     "/clients/new"),
    ("/suppliers", "Aucun fournisseur pour l’instant", "No supplier yet", "Ajouter un fournisseur", "Add a supplier",
     "/suppliers/new"),
    ("/products", "Montrez ce que vous vendez", "Show what you sell", "Ajouter un produit", "Add a product",
     "/products/new"),
    ("/settings/tokens", "Aucun jeton", "No token", "Créer un jeton", "Create a token", ""),
)  # fmt: skip


def test_empty_pages_teach_the_next_step(installation: Installation, opens: Opens, words: Words) -> None:
    email = f"marie@{words.language}.example"
    more = ("--role", "manager", "--supplies", "--buys", "--language", words.language)
    installation.add_user(f"Atelier neuf {words.language}", email, "Marie Côté", *more)
    if not installation.url:
        installation.start()
    marie = Api(installation.url)
    marie.sign_in(email, PASSWORD)
    window = opens(installation.url)
    window.sign_in(marie.secret)
    marie.close()
    faults: list[str] = []
    for path, french, english, do_french, do_english, leads in PAGES:
        window.page.goto(path)
        expect(window.page.get_by_role("heading", name=words.pick(french, english))).to_be_visible()
        faults += faults_of(window.page, path, words.language)
        take_step(window.page, words.pick(do_french, do_english), leads)
        faults += faults_of(window.page, f"{path}, next step", words.language)
    assert not faults + window.errors, "\n".join(faults + window.errors)


def take_step(page: Page, name: str, leads: str) -> None:
    """There is one such button, and it does what it says."""
    step = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    step = step.or_(page.get_by_role("main").get_by_role("link", name=name, exact=True))
    step.click()
    if leads:
        page.wait_for_url(f"**{leads}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    else:
        expect(page.get_by_role("dialog")).to_be_visible()
