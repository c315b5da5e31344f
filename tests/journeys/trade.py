"""Two companies that do business, ready for a journey: Sophie and Luc sell, Anna and Paul buy, Eve is a rival."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from tests.journeys.api import Api
from tests.journeys.installation import PASSWORD, Installation
from tests.journeys.post_office import link_in

SUPPLIER = "Ébénisterie Boréale"
CLIENT = "Cuisines Laurier"
RIVAL = "Meubles Rivaux"
SOPHIE, LUC = "sophie@boreale.example", "luc@boreale.example"
ANNA, PAUL = "anna@laurier.example", "paul@laurier.example"
EVE = "eve@rival.example"
NAMES = {SOPHIE: "Sophie Tremblay", LUC: "Luc Gagnon", ANNA: "Anna Roy", PAUL: "Paul Roy", EVE: "Eve Dubé"}

Side = Literal["client", "supplier"]

DOOR = {
    "code": "PS-100", "name_fr": "Porte shaker", "name_en": "Shaker door", "unit": "each", "price": "41.50",
    "sizing": "dimensions", "dimension_unit": "in",
    "dimensions": [
        {"key": "width", "name_fr": "Largeur", "name_en": "Width", "minimum": "6", "maximum": "48"},
        {"key": "height", "name_fr": "Hauteur", "name_en": "Height", "minimum": "6", "maximum": "96"},
    ],
    "characteristics": [
        {
            "key": "hinge", "name_fr": "Charnière", "name_en": "Hinge", "kind": "choice", "required": True,
            "options": [
                {"key": "left", "name_fr": "Gauche", "name_en": "Left"},
                {"key": "right", "name_fr": "Droite", "name_en": "Right"},
            ],
        }
    ],
}  # fmt: skip
HAT = {
    "code": "TM-200", "name_fr": "Tuque mérinos", "name_en": "Merino hat", "unit": "each", "price": "18.00",
    "sizing": "scale", "points": ["S", "M", "L"],
}  # fmt: skip
HANDLE = {"code": "PG-300", "name_fr": "Poignée", "name_en": "Handle", "unit": "each", "price": "6.25"}
HINGE = {
    "code": "CH-400",
    "name_fr": "Charnière 110",
    "name_en": "Hinge 110",
    "unit": "pair",
    "price": "3.10",
}
PRODUCTS: tuple[dict[str, Any], ...] = (DOOR, HAT, HANDLE, HINGE)

ADDRESSES = [
    {"label": "Atelier", "street": "120, rue du Port", "city": "Rimouski", "region": "QC", "postal_code": "G5L 7A4"},
    {"label": "Chantier", "street": "8, rang Deux", "city": "Matane", "region": "QC", "postal_code": "G4W 1A1"},
]  # fmt: skip


@dataclass
class Trade:
    """The people's sessions by e-mail, and what the API knows the other things by."""

    installation: Installation
    people: dict[str, Api]
    products: dict[str, str]
    client_id: str
    supplier_id: str

    def speak(self, language: str) -> None:
        """Everybody reads this language from now on."""
        for api in self.people.values():
            api.call("PATCH", "/api/me", {"language": language})

    def new_order(self, made_by: Side) -> str:
        """An empty draft; its id."""
        if made_by == "supplier":
            made = self.people[SOPHIE].call("POST", "/api/orders", {"client_id": self.client_id})
        else:
            made = self.people[ANNA].call("POST", "/api/orders", {"supplier_id": self.supplier_id})
        return str(made["id"])

    def close(self) -> None:
        for api in self.people.values():
            api.close()


def open_trade(installation: Installation) -> Trade:
    """Everything that stands before the two companies make their first order; the server runs when this returns."""
    installation.add_user(SUPPLIER, SOPHIE, NAMES[SOPHIE], "--role", "manager", "--supplies")
    installation.start()
    sophie = Api(installation.url)
    sophie.sign_in(SOPHIE, PASSWORD)
    people = {SOPHIE: sophie}
    client_id = invite_client(sophie)
    people[ANNA] = join(installation, ANNA)
    people[LUC] = colleague(installation, sophie, LUC, "standard")
    people[PAUL] = colleague(installation, people[ANNA], PAUL, "viewer")
    products = add_products(sophie, PRODUCTS)
    supplier_id = sophie.call("GET", "/api/me")["company"]["id"]
    return Trade(installation, people, products, client_id, str(supplier_id))


def invite_client(sophie: Api) -> str:
    """Boréale adds Laurier with its file and invites Anna."""
    body = {
        "name": CLIENT,
        "language": "fr",
        "region": "QC",
        "payment_terms": "Net 30 jours",
        "addresses": ADDRESSES,
        "contacts": [{"name": NAMES[ANNA], "email": ANNA, "phone": "418 555-0141"}],
        "invite": True,
    }
    return str(sophie.call("POST", "/api/clients", body)["id"])


def join(installation: Installation, email: str) -> Api:
    """Come in by the invitation that was mailed."""
    api = Api(installation.url)
    api.accept(link_in(installation.post.letter_with(f"{installation.url}/", email)), NAMES[email], PASSWORD)
    return api


def colleague(installation: Installation, manager: Api, email: str, role: str) -> Api:
    manager.call("POST", "/api/team", {"email": email, "name": NAMES[email], "role": role})
    return join(installation, email)


def add_products(supplier: Api, products: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Ids by code."""
    return {one["code"]: supplier.call("POST", "/api/products", one)["id"] for one in products}


def open_rival(installation: Installation) -> Api:
    """Eve, of a company that knows neither of the others."""
    installation.add_user(RIVAL, EVE, NAMES[EVE], "--role", "manager", "--supplies")
    eve = Api(installation.url)
    eve.sign_in(EVE, PASSWORD)
    return eve


def set_member(trade: Trade, email: str, facts: dict[str, Any], *, by: str = "") -> None:
    """Change a member of either company: his role, or whether he may still sign in. `by`: one of its managers."""
    manager = trade.people[by or (SOPHIE if email == LUC else ANNA)]
    team = manager.call("GET", "/api/team")["items"]
    member = next(one["id"] for one in team if one["email"] == email)
    manager.call("PATCH", f"/api/team/{member}", facts)


def let_in_again(trade: Trade, email: str, *, by: str = "") -> None:
    set_member(trade, email, {"active": True}, by=by)
    trade.people[email].sign_in(email, PASSWORD)
