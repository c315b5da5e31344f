from sqlmodel import Session

from persistence.image import image_bytes, image_owner, keep_image
from tests.persistence.trade import company, product_of, session

__all__ = ["session"]


def test_a_picture_is_kept_once_and_gives_its_bytes_back(session: Session) -> None:
    boreale = company(session, "Boréale")
    keep_image(session, "f" * 32, boreale.id, b"large", b"small")
    keep_image(session, "f" * 32, boreale.id, b"other", b"other")
    session.expire_all()
    assert image_bytes(session, "f" * 32) == b"large"
    assert image_bytes(session, "f" * 32, thumbnail=True) == b"small"
    assert image_owner(session, "f" * 32) == boreale.id


def test_what_was_never_kept_is_absent(session: Session) -> None:
    assert image_bytes(session, "0" * 32) is None
    assert image_owner(session, "0" * 32) is None


def test_a_product_says_where_its_picture_is(session: Session) -> None:
    boreale = company(session, "Boréale")
    keep_image(session, "f" * 32, boreale.id, b"large", b"small")
    assert product_of(session, boreale, image_id="f" * 32).image == "/api/images/" + "f" * 32
