"""The companies of the demo, their people, and who does business with whom. Everyone's password is `demo`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from persistence.company import Address, Company, Contact, add_company, set_addresses, set_contacts
from persistence.person import MemberRole, add_person
from persistence.relation import add_relation
from server.people.identity import Principal, language_of

PASSWORD: Final = "demo"  # noqa: S105 -- everyone may know it


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone who can sign in; `email` without its domain."""

    key: str
    name: str
    role: MemberRole = "manager"
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company by its short name. `people` empty: nobody has joined yet."""

    key: str
    domain: str
    facts: dict[str, Any]
    addresses: list[Address]
    contacts: list[Contact]
    people: list[DemoPerson] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Deal:
    """A supplier and his client, with the supplier's number for him. `invited`: a link was sent."""

    supplier: str
    client: str
    number: str
    payment_terms: str = ""
    note: str = ""
    supplier_number: str = ""
    invited: bool = False


def _registrations(digit: str) -> list[dict[str, str]]:
    """Numbers of the right form that nobody could take for real ones."""
    return [
        {"scheme": "TPS", "value": f"{digit * 9} RT0001"},
        {"scheme": "TVQ", "value": f"{digit * 10} TQ0001"},
    ]


def _address(
    label: str, street: str, city: str, code: str, region: str = "QC", kind: str = "both"
) -> Address:
    return Address(label=label, street=street, city=city, region=region, postal_code=code, kind=kind)


COMPANIES: Final = [
    DemoCompany(
        "boreale", "boreale.example",
        {
            "name": "Ébénisterie Boréale", "legal_name": "Ébénisterie Boréale inc.", "phone": "418 555-0110",
            "email": "commandes@boreale.example", "website": "https://boreale.example",
            "registrations": _registrations("1"), "payment_terms": "Net 30 jours",
        },
        [_address("Usine", "450, rue de l’Érable", "Saint-Pascal", "G0L 3Y0")],
        [
            Contact(name="Luc Gagnon", email="luc@boreale.example", phone="418 555-0112", title="Clientèle"),
            Contact(name="Sophie Tremblay", email="sophie@boreale.example", phone="418 555-0111", title="Directrice"),
        ],
        [DemoPerson("sophie", "Sophie Tremblay"), DemoPerson("luc", "Luc Gagnon", "standard")],
    ),
    DemoCompany(
        "laurier", "laurier.example",
        {
            "name": "Cuisines Laurier", "legal_name": "Les Cuisines Laurier ltée", "phone": "418 555-0140",
            "email": "achats@laurier.example", "website": "https://laurier.example",
            "registrations": _registrations("2"),
        },
        [
            _address("Atelier", "120, rue du Port", "Rimouski", "G5L 7A4"),
            _address("Salle de montre", "2480, boulevard Laurier", "Québec", "G1V 2L1", kind="delivery"),
            _address("Entrepôt de la rive sud", "35, route du Fleuve", "Lévis", "G6V 6N4", kind="delivery"),
            _address("Comptabilité", "122, rue du Port, bureau 3", "Rimouski", "G5L 7A4", kind="billing"),
        ],
        [
            Contact(name="Anna Roy", email="anna@laurier.example", phone="418 555-0141", title="Acheteuse"),
            Contact(name="Paul Lavoie", email="paul@laurier.example", phone="418 555-0142", title="Comptable"),
        ],
        [DemoPerson("anna", "Anna Roy"), DemoPerson("paul", "Paul Lavoie", "viewer")],
    ),
    DemoCompany(
        "fleuve", "fleuve.example",
        {
            "name": "Tricots du Fleuve", "legal_name": "Coopérative Tricots du Fleuve", "phone": "418 555-0170",
            "email": "bonjour@fleuve.example", "registrations": _registrations("3"),
            "payment_terms": "Net 15 jours",
        },
        [_address("Atelier de tricot", "8, chemin de la Grève", "Kamouraska", "G0L 1M0")],
        [Contact(name="Claire Bouchard", email="claire@fleuve.example", phone="418 555-0171", title="Coordonnatrice")],
        [DemoPerson("claire", "Claire Bouchard")],
    ),
    DemoCompany(
        "rival", "rival.example",
        {
            "name": "Portes Rival", "legal_name": "Portes Rival inc.", "phone": "819 555-0190",
            "email": "info@rival.example", "registrations": _registrations("4"), "payment_terms": "Net 20 jours",
        },
        [_address("Usine", "900, avenue de l’Usine", "Drummondville", "J2B 8A9")],
        [Contact(name="Eve Martin", email="eve@rival.example", phone="819 555-0191", title="Ventes")],
        [DemoPerson("eve", "Eve Martin")],
    ),
    DemoCompany(
        "habitations", "habitations.example",
        {"name": "Habitations de l’Estuaire", "phone": "418 555-0210", "email": "julie@habitations.example",
         "registrations": _registrations("5")},
        [
            _address("Bureau", "77, rue Lafontaine", "Rivière-du-Loup", "G5R 3A1", kind="billing"),
            _address("Chantier des Cèdres", "14, rue des Cèdres", "Trois-Pistoles", "G0L 4K0", kind="delivery"),
        ],
        [Contact(name="Julie Pelletier", email="julie@habitations.example", phone="418 555-0211", title="Projets")],
        [DemoPerson("julie", "Julie Pelletier")],
    ),
    DemoCompany(
        "kingston", "kingston.example",
        {"name": "Kingston Kitchens", "legal_name": "Kingston Kitchens Ltd.", "language": "en", "region": "ON",
         "phone": "613 555-0230", "email": "emma@kingston.example",
         "registrations": [{"scheme": "GST", "value": "666666666 RT0001"}]},
        [_address("Workshop", "410 Princess Street", "Kingston", "K7L 1B9", region="ON")],
        [Contact(name="Emma Clarke", email="emma@kingston.example", phone="613 555-0231", title="Purchasing")],
        [DemoPerson("emma", "Emma Clarke", language="en")],
    ),
    DemoCompany(
        "nordet", "nordet.example",
        {"name": "Armoires Nordet", "phone": "418 555-0250", "email": "etienne@nordet.example",
         "registrations": _registrations("7")},
        [_address("Atelier", "56, rue Sainte-Anne", "La Pocatière", "G0R 1Z0")],
        [Contact(name="Étienne Caron", email="etienne@nordet.example", phone="418 555-0251", title="Propriétaire")],
        [DemoPerson("etienne", "Étienne Caron")],
    ),
    DemoCompany(
        "pelican", "pelican.example",
        {"name": "Construction Pélican", "phone": "418 555-0270", "email": "martin@pelican.example"},
        [_address("Bureau", "3, rue Beaubien", "Rivière-du-Loup", "G5R 1H4")],
        [Contact(name="Martin Dubé", email="martin@pelican.example", phone="418 555-0271", title="Contremaître")],
    ),
    DemoCompany(
        "iles", "iles.example",
        {"name": "Menuiserie des Îles", "phone": "418 555-0290", "email": "nadia@iles.example"},
        [_address("Atelier", "18, chemin du Quai", "Les Îles-de-la-Madeleine", "G4T 1A1")],
        [Contact(name="Nadia Arseneau", email="nadia@iles.example", phone="418 555-0291")],
    ),
    DemoCompany(
        "boisfranc", "boisfranc.example",
        {"name": "Atelier Bois-Franc", "phone": "418 555-0310", "email": ""},
        [_address("", "202, rang Saint-Joseph", "Mont-Joli", "G5H 3L1")],
        [Contact(name="Gilles Ouellet", phone="418 555-0311")],
    ),
    DemoCompany(
        "matane", "matane.example",
        {"name": "Rénovations Matane", "phone": "418 555-0330", "email": "denis@matane.example",
         "registrations": _registrations("8")},
        [_address("Quincaillerie", "611, avenue du Phare", "Matane", "G4W 3P7")],
        [Contact(name="Denis Fournier", email="denis@matane.example", phone="418 555-0331", title="Gérant")],
        [DemoPerson("denis", "Denis Fournier")],
    ),
]  # fmt: skip

DEALS: Final = [
    Deal("boreale", "laurier", "C-204", "Net 30 jours", "Livrer le mardi de préférence.", "F-012"),
    Deal("boreale", "habitations", "C-118", "Net 30 jours"),
    Deal("boreale", "kingston", "C-231", "Net 45 days", "Écrire en anglais."),
    Deal("boreale", "nordet", "C-087", "2 % 10 jours, net 30 jours"),
    Deal("boreale", "pelican", "C-240", "Net 30 jours", invited=True),
    Deal("boreale", "iles", "C-243", "Payé avant l’expédition", "Transport par bateau, prévoir une semaine."),
    Deal("boreale", "boisfranc", "C-244"),
    Deal("fleuve", "laurier", "31", "Net 15 jours", supplier_number="F-027"),
    Deal("fleuve", "boreale", "44", "Net 15 jours", supplier_number="FOUR-09"),
    Deal("rival", "matane", "R-7", "Net 20 jours"),
]


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of the companies, and the people as they are when signed in, by their short names."""

    companies: dict[str, str]
    people: dict[str, Principal]


def add_companies(session: Session, at: datetime, kept: str) -> Cast:
    """Write every company, person and relation, as of `at`. `kept`: what is of their password."""
    companies: dict[str, str] = {}
    people: dict[str, Principal] = {}
    for demo in COMPANIES:
        company = add_company(session, created_at=at, joined_at=at if demo.people else None, **demo.facts)
        companies[demo.key] = company.id
        set_addresses(session, company.id, demo.addresses)
        set_contacts(session, company.id, demo.contacts)
        for person in demo.people:
            people[person.key] = _add_person(session, company, demo, person, at, kept)
    for deal in DEALS:
        _add_deal(session, deal, companies, at)
    return Cast(companies, people)


def _add_person(
    session: Session, company: Company, demo: DemoCompany, person: DemoPerson, at: datetime, kept: str
) -> Principal:
    row = add_person(
        session,
        company_id=company.id,
        email=f"{person.key}@{demo.domain}",
        name=person.name,
        role=person.role,
        language=person.language,
        password_hash=kept,
        created_at=at,
    )
    return Principal(
        user_id=row.id,
        name=row.name,
        email=row.email,
        language=language_of(row.language),
        company_id=company.id,
        company_name=company.name,
        role=person.role,
        session_id="demo",
    )


def _add_deal(session: Session, deal: Deal, companies: dict[str, str], at: datetime) -> None:
    add_relation(
        session,
        supplier_id=companies[deal.supplier],
        client_id=companies[deal.client],
        number=deal.number,
        payment_terms=deal.payment_terms,
        note=deal.note,
        supplier_number=deal.supplier_number,
        invited_at=at + timedelta(days=200) if deal.invited else None,
        created_at=at,
    )
