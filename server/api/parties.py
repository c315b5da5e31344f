"""A supplier's clients and a client's suppliers: their files, one's own notes about them, and their invitations.

Both lists answer to the same five endpoints; `side` is the asking company's own, as in `server/api/party.py`.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from schema.order import Side
from server.api.party import (
    Added,
    Inviter,
    PartyDraft,
    PartyRow,
    PartyView,
    load_rows,
    load_view,
    require_pace,
    write_changes,
    write_invitation,
    write_party,
)
from server.fields import Line, Name, Page, Patch
from server.http.endpoint import Call, Endpoint
from server.http.list_query import ListQuery
from server.http.once import Once


class SupplierDraft(PartyDraft):
    """A supplier to add. `invite`: send the invitation at once."""

    invite: bool = False


class SupplierPatch(PartyDraft, Patch):
    """What to change of a supplier: the file itself only while nobody of that company has joined."""

    name: Name = ""


class ClientDraft(SupplierDraft):
    """A client to add. `payment_terms`: those that one grants him. `invite`: send the invitation at once."""

    payment_terms: Line = ""


class ClientPatch(SupplierPatch):
    """What to change of a client: the file itself only while nobody of that company has joined."""

    payment_terms: Line = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """The five endpoints of one side. `noun`: what the other company is to the one that asks."""

    side: Side
    noun: str
    draft: type[SupplierDraft]
    patch: type[SupplierPatch]

    async def rows(self, call: Call[None, ListQuery]) -> Page[PartyRow]:
        """A page of them, by name."""
        return await call.services.db.read(load_rows, self.side, call.member.company_id, call.query)

    async def one(self, call: Call) -> PartyView:
        """The file of one."""
        return await call.services.db.read(load_view, self.side, call.member.company_id, call.path["id"])

    async def add(self, call: Call[SupplierDraft]) -> Added:
        """Add one, once for each idempotency key."""
        inviter, db, own_id = self._inviter(call), call.services.db, call.member.company_id
        once = Once(own_id, call.idempotency_key, call.request.url.path, call.body, inviter.at)
        if before := await once.before(db):
            return Added(id=before)
        if call.body.invite:
            require_pace(call.services.throttle, own_id, inviter.at)
        add = partial(write_party, inviter=inviter, draft=call.body, invite=call.body.invite)
        return Added(id=await once.added(db, add))

    async def change(self, call: Call[SupplierPatch]) -> PartyView:
        """Change one's notes, and the file while nobody there has joined."""
        own_id = call.member.company_id
        return await call.services.db.write(write_changes, self.side, own_id, call.path["id"], call.body)

    async def invite(self, call: Call) -> None:
        """Send the invitation, once more if need be."""
        inviter = self._inviter(call)
        require_pace(call.services.throttle, call.member.company_id, inviter.at)
        await call.services.db.write(write_invitation, inviter, call.path["id"])

    def _inviter(self, call: Call) -> Inviter:
        return Inviter(call.member, self.side, call.services.mail, call.services.clock())

    def endpoints(self) -> list[Endpoint]:
        """As the API lists them."""
        path, noun = f"/api/{self.noun}s", self.noun
        return [
            Endpoint(
                "GET",
                path,
                self.rows,
                query=ListQuery,
                reply=Page[PartyRow],
                role="viewer",
                summary=f"One's {noun}s, by name",
            ),
            Endpoint(
                "POST",
                path,
                self.add,
                body=self.draft,
                reply=Added,
                status=201,
                role="standard",
                summary=f"Add a {noun}, and invite him when asked to",
                idempotent=True,
                problems=[(409, "key_reused"), (429, "too_many_requests")],
            ),
            Endpoint(
                "GET", f"{path}/{{id}}", self.one, reply=PartyView, role="viewer", summary=f"A {noun}'s file"
            ),
            Endpoint(
                "PATCH",
                f"{path}/{{id}}",
                self.change,
                body=self.patch,
                reply=PartyView,
                role="standard",
                summary=f"Change one's notes about a {noun}, and his file while he has not joined",
                problems=[(409, "keeps_own_file")],
            ),
            Endpoint(
                "POST",
                f"{path}/{{id}}/invitation",
                self.invite,
                status=204,
                role="standard",
                summary=f"Send a {noun} his invitation, once more if need be",
                problems=[(409, "already_joined"), (422, "invalid"), (429, "too_many_requests")],
            ),
        ]


PARTIES: Final = (
    Parties("supplier", "client", ClientDraft, ClientPatch),
    Parties("client", "supplier", SupplierDraft, SupplierPatch),
)
ENDPOINTS = [endpoint for parties in PARTIES for endpoint in parties.endpoints()]
