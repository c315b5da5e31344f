"""For every endpoint, requests that name things of Boréale and of Laurier wherever an id may be named.

`$order` stands for an id (tests.server.security.world). An endpoint that is not in the table is not covered, and
`test_tenants.py` says so: whoever adds one adds its requests here.
"""

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image

DIGEST = '{"digest": "' + "0" * 64 + '"}'
REASON = '{"reason": "Trop tard"}'
MEMBER = '{"email": "nouveau@rival.example", "name": "Nouveau", "role": "viewer"}'
PRODUCT = '{"code": "X-1", "name_fr": "Panneau", "unit": "each", "price": "1.00"}'
PLACES = (
    '{"addresses": [{"id": "$address", "label": "À moi"}], "contacts": [{"id": "$contact", "name": "Moi"}]}'
)


@dataclass(frozen=True)
class Ask:
    """One request: its path, and its JSON or its file."""

    path: str
    json: str | None = None
    file: bool = False

    @property
    def names(self) -> bool:
        """Whether it names a thing by its id."""
        return "$" in self.path + (self.json or "")

    @property
    def request(self) -> dict[str, Any]:
        if self.file:
            return {"files": {"file": ("a.png", picture(), "image/png")}}
        return {} if self.json is None else {"content": self.json}


@cache
def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(out, "PNG")
    return out.getvalue()


def _orders(action: str, body: str) -> list[Ask]:
    return [Ask(f"/api/orders/${name}/{action}", body) for name in ("order", "draft")]


ASKS: dict[str, list[Ask]] = {
    "POST /api/login": [Ask("/api/login", '{"email": "eve@rival.example", "password": "wrong"}')],
    "POST /api/logout": [Ask("/api/logout")],
    "GET /api/me": [Ask("/api/me")],
    "GET /api/me/dismissal": [Ask("/api/me/dismissal")],
    "PATCH /api/me": [Ask("/api/me", "{}")],
    "POST /api/me/password": [Ask("/api/me/password", '{"current": "wrong", "password": "long enough"}')],
    "DELETE /api/me/sessions": [Ask("/api/me/sessions")],
    "POST /api/password/forgot": [Ask("/api/password/forgot", '{"email": "eve@rival.example"}')],
    "GET /api/password/reset/{token}": [Ask("/api/password/reset/x")],
    "POST /api/password/reset": [Ask("/api/password/reset", '{"token": "x", "password": "long enough"}')],
    "POST /api/links": [Ask("/api/links", '{"email": "eve@rival.example"}')],
    "POST /api/links/enter": [Ask("/api/links/enter", '{"token": "x"}')],
    "GET /api/invitations/{token}": [Ask("/api/invitations/x")],
    "POST /api/invitations/{token}": [Ask("/api/invitations/x", "{}")],
    "GET /api/company": [Ask("/api/company")],
    "PATCH /api/company": [Ask("/api/company", "{}")],
    "GET /api/team": [Ask("/api/team")],
    "POST /api/team": [Ask("/api/team", MEMBER)],
    "PATCH /api/team/{id}": [Ask("/api/team/$person", '{"role": "viewer", "active": false}')],
    "GET /api/tokens": [Ask("/api/tokens")],
    "POST /api/tokens": [Ask("/api/tokens", '{"name": "ERP", "scopes": ["read"]}')],
    "DELETE /api/tokens/{id}": [Ask("/api/tokens/$token")],
    "GET /api/clients": [Ask("/api/clients")],
    "POST /api/clients": [Ask("/api/clients", '{"name": "Cuisines"}')],
    "GET /api/clients/{id}": [Ask("/api/clients/$client"), Ask("/api/clients/$prepared_client")],
    "PATCH /api/clients/{id}": [
        Ask("/api/clients/$client", '{"note": "À moi"}'),
        Ask("/api/clients/$prepared_client", PLACES),
    ],
    "POST /api/clients/{id}/invitation": [
        Ask("/api/clients/$client/invitation"),
        Ask("/api/clients/$prepared_client/invitation"),
    ],
    "GET /api/suppliers": [Ask("/api/suppliers")],
    "POST /api/suppliers": [Ask("/api/suppliers", '{"name": "Portes"}')],
    "GET /api/suppliers/{id}": [Ask("/api/suppliers/$supplier"), Ask("/api/suppliers/$prepared_supplier")],
    "PATCH /api/suppliers/{id}": [
        Ask("/api/suppliers/$supplier", '{"note": "À moi"}'),
        Ask("/api/suppliers/$prepared_supplier", PLACES),
    ],
    "POST /api/suppliers/{id}/invitation": [
        Ask("/api/suppliers/$supplier/invitation"),
        Ask("/api/suppliers/$prepared_supplier/invitation"),
    ],
    "GET /api/products": [Ask("/api/products"), Ask("/api/products?supplier_id=$supplier&hidden=true")],
    "POST /api/products": [Ask("/api/products", PRODUCT)],
    "GET /api/products/{id}": [Ask("/api/products/$product")],
    "PATCH /api/products/{id}": [Ask("/api/products/$product", '{"price": "0.01"}')],
    "DELETE /api/products/{id}": [Ask("/api/products/$product")],
    "PUT /api/products/{id}/image": [Ask("/api/products/$product/image", file=True)],
    "DELETE /api/products/{id}/image": [Ask("/api/products/$product/image")],
    "GET /api/images/{id}": [Ask("/api/images/$image")],
    "GET /api/images/{id}/thumbnail": [Ask("/api/images/$image/thumbnail")],
    "GET /api/orders": [Ask("/api/orders"), Ask("/api/orders?q=porte&side=client")],
    "GET /api/orders/counts": [Ask("/api/orders/counts?side=client")],
    "POST /api/orders": [
        Ask("/api/orders", '{"client_id": "$client"}'),
        Ask("/api/orders", '{"supplier_id": "$supplier"}'),
        Ask("/api/orders", '{"client_id": "$prepared_client", "id": "$order"}'),
    ],
    "GET /api/orders/{id}": [Ask("/api/orders/$order"), Ask("/api/orders/$draft")],
    "GET /api/orders/{id}/changes": [Ask("/api/orders/$order/changes"), Ask("/api/orders/$draft/changes")],
    "DELETE /api/orders/{id}/refusals/{refusal_id}": [
        Ask("/api/orders/$order/refusals/$refusal"),
        Ask("/api/orders/$draft/refusals/$refusal"),
    ],
    "POST /api/orders/{id}/send": _orders("send", DIGEST),
    "POST /api/orders/{id}/accept": _orders("accept", DIGEST),
    "POST /api/orders/{id}/decline": _orders("decline", REASON),
    "POST /api/orders/{id}/amend": _orders("amend", REASON),
    "POST /api/orders/{id}/cancel": _orders("cancel", REASON),
    "POST /api/orders/{id}/deliver": _orders("deliver", REASON),
    "GET /api/orders/{id}/bot-decisions": [
        Ask("/api/orders/$order/bot-decisions"),
        Ask("/api/orders/$draft/bot-decisions"),
    ],
    "POST /api/orders/{id}/bot-decisions/{decision_id}/undo": [
        Ask("/api/orders/$order/bot-decisions/$decision/undo"),
        Ask("/api/orders/$draft/bot-decisions/$decision/undo"),
    ],
    "GET /api/stock": [Ask("/api/stock")],
    "PUT /api/stock": [Ask("/api/stock", '{"rows": [{"product_id": "$product", "on_hand": "0"}]}')],
    "POST /api/stock/import": [Ask("/api/stock/import?dry_run=true", file=True)],
    "GET /api/bots": [Ask("/api/bots")],
    "PATCH /api/bots": [Ask("/api/bots", "{}")],
    "GET /api/rights": [Ask("/api/rights")],
    "GET /api/mails": [Ask("/api/mails")],
    "GET /api/mails/{id}": [Ask("/api/mails/$mail")],
}
