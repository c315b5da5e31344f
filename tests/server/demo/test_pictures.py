import pytest

from server.catalogue.images import reduce
from server.demo.catalogue import CATALOGUES
from server.demo.pictures import SHAPES, draw


@pytest.mark.parametrize("shape", SHAPES)
def test_a_drawing_is_accepted_as_any_picture_is_and_is_always_the_same(shape: str) -> None:
    drawing = draw(shape, "#d9b382")
    assert drawing == draw(shape, "#d9b382")
    assert reduce(drawing).thumbnail.startswith(b"RIFF")


def test_every_shape_is_that_of_some_product() -> None:
    used = {product.picture[0] for products in CATALOGUES.values() for product in products if product.picture}
    assert used == set(SHAPES)
