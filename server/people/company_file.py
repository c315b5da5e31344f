"""A company's file as it is written and shown: names, numbers, places and people.

The file of a company that nobody has joined is kept by whoever added it; once someone has joined, it is theirs.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from sqlmodel import Session

from persistence.company import (
    Address,
    Company,
    Contact,
    add_company,
    addresses_of,
    change_company,
    contacts_of,
    set_addresses,
    set_contacts,
)
from schema.language import Language
from server.fields import EMAIL, Draft, Id, Line, Name, View, Word
from server.people.registrations import scheme_fault, value_fault
from server.sentences import declare

declare(
    {
        "same_id": (
            "Deux éléments de cette liste ont le même identifiant.",
            "Two items of this list have the same id.",
        )
    }
)

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{0,10}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
MaybeEmail = Annotated[
    str, StringConstraints(max_length=254, pattern=rf"^$|{EMAIL}"), AfterValidator(str.lower)
]


class Registration(Draft):
    """A number under which the company is registered; see `server.people.registrations`."""

    scheme: Word
    value: Word

    @field_validator("scheme")
    @classmethod
    def _scheme(cls, scheme: str) -> str:
        if scheme_fault(scheme):
            raise PydanticCustomError("bad_scheme", "bad_scheme")
        return scheme

    @field_validator("value")
    @classmethod
    def _value(cls, value: str, info: ValidationInfo) -> str:
        if value_fault(info.data.get("scheme", ""), value):
            raise PydanticCustomError("bad_registration", "bad_registration")
        return value


class AddressFile(Draft):
    """One place. `id`: that of a kept address, to keep it the same; a new one gets its id."""

    id: Id | None = None
    label: Line = ""
    street: Line = ""
    city: Line = ""
    region: Line = ""
    postal_code: Word = ""
    country: Country = "CA"
    kind: Literal["delivery", "billing", "both"] = "both"


class ContactFile(Draft):
    """One person to speak to. `id`: as for an address."""

    id: Id | None = None
    name: Name
    email: MaybeEmail = ""
    phone: Word = ""
    title: Line = ""


class CompanyFile(Draft):
    """What is written of a company."""

    name: Name
    legal_name: Line = ""
    language: Language = "fr"
    phone: Word = ""
    email: MaybeEmail = ""
    website: Line = ""
    registrations: list[Registration] = Field(default=[], max_length=20)
    addresses: list[AddressFile] = Field(default=[], max_length=100)
    contacts: list[ContactFile] = Field(default=[], max_length=100)
    currency: Currency = "CAD"
    region: Region = "QC"

    @field_validator("addresses", "contacts")
    @classmethod
    def _distinct(cls, parts: list[AddressFile] | list[ContactFile]) -> list[AddressFile] | list[ContactFile]:
        ids = [part.id for part in parts if part.id is not None]
        if len(ids) != len(set(ids)):
            raise PydanticCustomError("same_id", "same_id")
        return parts


COLUMNS = frozenset(CompanyFile.model_fields) - {"addresses", "contacts"}


class RegistrationView(View):
    """A number by which a company is registered: `scheme` is whose."""

    scheme: str
    value: str


class AddressView(View):
    """One place of a company."""

    id: str
    label: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    kind: Literal["delivery", "billing", "both"]


class ContactView(View):
    """Somebody to speak to at a company."""

    id: str
    name: str
    email: str
    phone: str
    title: str


class CompanyView(View):
    """What is shown of a company."""

    id: str
    name: str
    legal_name: str
    language: Language
    phone: str
    email: str
    website: str
    registrations: list[RegistrationView]
    addresses: list[AddressView]
    contacts: list[ContactView]
    payment_terms: str
    currency: str
    region: str
    supplies: bool
    buys: bool


def keep_new(session: Session, file: CompanyFile, **facts: Any) -> Company:
    """Add a company with the file that was written."""
    company = add_company(session, **file.model_dump(include=set(COLUMNS)), **facts)
    _keep_parts(session, company.id, file)
    return company


def keep_changes(session: Session, company_id: str, file: CompanyFile) -> None:
    """Change what was given of the file, and only that."""
    given = file.model_dump(include=set(COLUMNS), exclude_unset=True)
    if given:
        change_company(session, company_id, given)
    _keep_parts(session, company_id, file)


def _keep_parts(session: Session, company_id: str, file: CompanyFile) -> None:
    # An id of None is left to the table, which makes one.
    if "addresses" in file.model_fields_set:
        rows = [Address(**address.model_dump(exclude_none=True)) for address in file.addresses]
        set_addresses(session, company_id, rows)
    if "contacts" in file.model_fields_set:
        people = [Contact(**contact.model_dump(exclude_none=True)) for contact in file.contacts]
        set_contacts(session, company_id, people)


def company_facts(session: Session, company: Company) -> dict[str, Any]:
    """What CompanyView shows, as plain data."""
    return company.model_dump() | {
        "addresses": [address.model_dump() for address in addresses_of(session, [company.id])[company.id]],
        "contacts": [contact.model_dump() for contact in contacts_of(session, [company.id])[company.id]],
    }
