"""One's own company's file."""

from sqlmodel import Session

from persistence.company import change_company, company_by_id
from server.fields import Line, Name, Patch
from server.http.endpoint import Call, Endpoint
from server.people.company_file import CompanyFile, CompanyView, company_facts, keep_changes
from server.problem import Problem


class CompanyPatch(CompanyFile, Patch):
    """What to change of one's file; what is left out stays, and a list that is given is the whole list."""

    name: Name = ""
    payment_terms: Line = ""


async def own_file(call: Call) -> CompanyView:
    """One's own company's file."""
    return await call.services.db.read(load_own, call.member.company_id)


async def change_file(call: Call[CompanyPatch]) -> CompanyView:
    """Change one's own company's file."""
    return await call.services.db.write(write_own, call.member.company_id, call.body)


def load_own(session: Session, company_id: str) -> CompanyView:
    """The whole file of a company, for its members."""
    company = company_by_id(session, company_id)
    if company is None:
        raise Problem(404, "not_found")
    return CompanyView.model_validate(company_facts(session, company))


def write_own(session: Session, company_id: str, patch: CompanyPatch) -> CompanyView:
    """Change what was given of the file, and return it whole."""
    keep_changes(session, company_id, patch)
    if "payment_terms" in patch.model_fields_set:
        change_company(session, company_id, {"payment_terms": patch.payment_terms})
    return load_own(session, company_id)


ENDPOINTS = [
    Endpoint(
        "GET", "/api/company", own_file, reply=CompanyView, role="viewer", summary="One's company's file"
    ),
    Endpoint(
        "PATCH",
        "/api/company",
        change_file,
        body=CompanyPatch,
        reply=CompanyView,
        role="manager",
        people=True,
        summary="Change one's company's file",
    ),
]
