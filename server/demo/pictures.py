"""Drawings of the demo's products: plain shapes, one for each kind of thing."""

import io
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageColor, ImageDraw

SIDE: Final = 480
SCALE: Final = 2
"""Drawn twice as large, then reduced, so that edges are smooth."""

_GROUND: Final = "#f5f3ef"
Pen = ImageDraw.ImageDraw


def draw(shape: str, colour: str) -> bytes:
    """A picture as a PNG file. `shape`: a key of SHAPES; `colour`: `#rrggbb`."""
    image = Image.new("RGB", (SIDE * SCALE, SIDE * SCALE), _GROUND)
    SHAPES[shape](ImageDraw.Draw(image), colour)
    out = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.BOX).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _shade(colour: str, factor: float) -> tuple[int, int, int]:
    """A lighter (above 1) or darker colour."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return (_level(red, factor), _level(green, factor), _level(blue, factor))


def _level(level: int, factor: float) -> int:
    return min(255, round(level * factor))


def _box(pen: Pen, box: tuple[int, int, int, int], fill: object, round_: int = 2) -> None:
    """A rectangle, in hundredths of the side."""
    unit = SIDE * SCALE / 100
    pen.rounded_rectangle([value * unit for value in box], radius=round_ * unit, fill=fill)  # type: ignore[arg-type]


def _shape(pen: Pen, points: list[tuple[int, int]], fill: object) -> None:
    unit = SIDE * SCALE / 100
    pen.polygon([(x * unit, y * unit) for x, y in points], fill=fill)  # type: ignore[arg-type]


def _disc(pen: Pen, x: int, y: int, radius: int, fill: object) -> None:
    unit = SIDE * SCALE / 100
    box = [(x - radius) * unit, (y - radius) * unit, (x + radius) * unit, (y + radius) * unit]
    pen.ellipse(box, fill=fill)  # type: ignore[arg-type]


def _slab(pen: Pen, colour: str) -> None:
    _box(pen, (30, 13, 74, 91), "#e4e0d8")
    _box(pen, (28, 10, 72, 88), colour)
    for x in range(34, 70, 7):
        _box(pen, (x, 10, x + 1, 88), _shade(colour, 0.96), 0)


def _shaker(pen: Pen, colour: str) -> None:
    _slab(pen, colour)
    _box(pen, (28, 10, 72, 88), colour)
    _box(pen, (36, 18, 64, 80), _shade(colour, 0.72), 0)
    _box(pen, (37, 19, 64, 80), _shade(colour, 0.9), 0)


def _raised(pen: Pen, colour: str) -> None:
    _shaker(pen, colour)
    _box(pen, (41, 23, 59, 75), _shade(colour, 1.08), 1)


def _glass(pen: Pen, colour: str) -> None:
    _shaker(pen, colour)
    _box(pen, (37, 19, 63, 79), "#dcebf0", 0)
    _shape(pen, [(40, 60), (58, 22), (62, 22), (44, 60)], "#f1f8fa")
    _box(pen, (49, 19, 51, 79), colour, 0)
    _box(pen, (37, 48, 63, 50), colour, 0)


def _slats(pen: Pen, colour: str) -> None:
    _shaker(pen, colour)
    _box(pen, (37, 19, 64, 80), _shade(colour, 0.97), 0)
    for x in range(41, 64, 5):
        _box(pen, (x, 19, x + 1, 80), _shade(colour, 0.82), 0)


def _front(pen: Pen, colour: str) -> None:
    _plain(pen, colour)
    _box(pen, (19, 41, 81, 59), _shade(colour, 0.72), 0)
    _box(pen, (20, 42, 81, 59), _shade(colour, 0.9), 0)


def _plain(pen: Pen, colour: str) -> None:
    _box(pen, (13, 36, 90, 68), "#e4e0d8")
    _box(pen, (11, 33, 88, 66), colour)


def _panel(pen: Pen, colour: str) -> None:
    _shape(pen, [(25, 24), (63, 12), (63, 80), (25, 90)], colour)
    _shape(pen, [(63, 12), (68, 15), (68, 83), (63, 80)], _shade(colour, 0.75))


def _moulding(pen: Pen, colour: str) -> None:
    _shape(pen, [(10, 62), (78, 22), (90, 34), (22, 76)], colour)
    _shape(pen, [(10, 62), (78, 22), (81, 25), (13, 66)], _shade(colour, 1.1))
    _shape(pen, [(17, 70), (85, 29), (90, 34), (22, 76)], _shade(colour, 0.78))


def _hinge(pen: Pen, colour: str) -> None:
    _box(pen, (20, 38, 46, 62), colour, 4)
    _disc(pen, 60, 50, 19, _shade(colour, 0.85))
    _disc(pen, 60, 50, 13, _shade(colour, 1.12))
    _box(pen, (40, 45, 66, 55), _shade(colour, 0.7), 3)
    for x, y in ((26, 44), (26, 56), (39, 44), (39, 56)):
        _disc(pen, x, y, 2, _shade(colour, 0.6))


def _slide(pen: Pen, colour: str) -> None:
    for top in (34, 56):
        _box(pen, (10, top, 70, top + 9), _shade(colour, 0.8), 1)
        _box(pen, (30, top + 2, 90, top + 7), _shade(colour, 1.15), 1)
        for x in (18, 40, 62, 84):
            _disc(pen, x, top + 5, 1, _shade(colour, 0.55))


def _handle(pen: Pen, colour: str) -> None:
    _box(pen, (24, 52, 30, 62), _shade(colour, 0.8), 1)
    _box(pen, (70, 52, 76, 62), _shade(colour, 0.8), 1)
    _box(pen, (18, 42, 82, 52), colour, 5)
    _box(pen, (20, 43, 80, 46), _shade(colour, 1.2), 2)


def _tuque(pen: Pen, colour: str) -> None:
    _disc(pen, 50, 50, 28, colour)
    _box(pen, (22, 50, 78, 80), _GROUND, 0)
    _box(pen, (19, 54, 81, 72), _shade(colour, 0.82), 5)
    for x in range(24, 80, 6):
        _box(pen, (x, 54, x + 1, 72), _shade(colour, 0.68), 0)
    _box(pen, (22, 48, 78, 55), colour, 0)


def _pompom(pen: Pen, colour: str) -> None:
    _tuque(pen, colour)
    _disc(pen, 50, 19, 9, "#f0e6d6")


def _glove(pen: Pen, colour: str) -> None:
    for x, top in ((33, 22), (43, 15), (53, 16), (63, 22)):
        _box(pen, (x, top, x + 9, 60), colour, 5)
    _box(pen, (33, 42, 72, 76), colour, 5)
    _shape(pen, [(70, 62), (82, 42), (88, 46), (76, 70)], colour)
    _box(pen, (35, 74, 70, 88), _shade(colour, 0.75), 2)


def _mitten(pen: Pen, colour: str) -> None:
    _box(pen, (32, 14, 66, 76), colour, 16)
    _shape(pen, [(62, 60), (74, 38), (83, 43), (72, 70)], colour)
    _box(pen, (34, 72, 66, 88), "#f0e6d6", 3)


def _sweater(pen: Pen, colour: str) -> None:
    _shape(pen, [(32, 20), (8, 66), (20, 72), (40, 40)], _shade(colour, 0.88))
    _shape(pen, [(68, 20), (92, 66), (80, 72), (60, 40)], _shade(colour, 0.88))
    _box(pen, (30, 18, 70, 84), colour, 4)
    _box(pen, (30, 78, 70, 86), _shade(colour, 0.75), 2)
    _disc(pen, 50, 17, 10, _shade(colour, 0.7))
    _disc(pen, 50, 14, 8, _GROUND)


def _scarf(pen: Pen, colour: str) -> None:
    _box(pen, (26, 16, 74, 34), colour, 8)
    _box(pen, (52, 26, 68, 84), _shade(colour, 0.88), 1)
    for x in range(52, 68, 4):
        _box(pen, (x, 83, x + 2, 92), _shade(colour, 0.7), 0)
    for y in (44, 56, 68):
        _box(pen, (52, y, 68, y + 4), "#f0e6d6", 0)


SHAPES: Final[dict[str, Callable[[Pen, str], None]]] = {
    "shaker": _shaker,
    "slab": _slab,
    "raised": _raised,
    "glass": _glass,
    "slats": _slats,
    "front": _front,
    "plain": _plain,
    "panel": _panel,
    "moulding": _moulding,
    "hinge": _hinge,
    "slide": _slide,
    "handle": _handle,
    "tuque": _tuque,
    "pompom": _pompom,
    "glove": _glove,
    "mitten": _mitten,
    "sweater": _sweater,
    "scarf": _scarf,
}
