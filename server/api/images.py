"""Pictures of products, and their thumbnails."""

from sqlmodel import Session
from starlette.responses import Response

from persistence.image import image_bytes, image_owner
from persistence.relation import related
from server.catalogue.images import MEDIA_TYPE
from server.http.endpoint import Call, Endpoint
from server.problem import Problem

# An id is a hash of the content, so what it names can never change; it is kept by the reader's browser alone.
_FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}


async def image(call: Call) -> Response:
    """A picture, whole."""
    return await _picture(call, thumbnail=False)


async def thumbnail(call: Call) -> Response:
    """The small one."""
    return await _picture(call, thumbnail=True)


async def _picture(call: Call, *, thumbnail: bool) -> Response:
    db, member = call.services.db, call.member
    content = await db.read(load_picture, call.path["id"], member.company_id, thumbnail)
    if content is None:
        raise Problem(404, "not_found")
    return Response(content, headers=_FOR_EVER, media_type=MEDIA_TYPE)


def load_picture(session: Session, image_id: str, company_id: str, thumbnail: bool) -> bytes | None:
    """The picture, for its owner and for companies that deal with him; None for others, as when there is none."""
    owner = image_owner(session, image_id)
    if owner is None or not related(session, company_id, owner):
        return None
    return image_bytes(session, image_id, thumbnail=thumbnail)


ENDPOINTS = [
    Endpoint(
        "GET", "/api/images/{id}", image, media=MEDIA_TYPE, role="viewer", summary="A product's picture"
    ),
    Endpoint(
        "GET",
        "/api/images/{id}/thumbnail",
        thumbnail,
        media=MEDIA_TYPE,
        role="viewer",
        summary="A product's picture, 96 pixels at most",
    ),
]
