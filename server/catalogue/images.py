"""A product's picture: an ordinary image in, one small WebP and its thumbnail out.

Pure: bytes in, bytes or a refusal out. Nothing of the original survives but its pixels: the orientation a
camera noted is applied, and place, date, owner and colour profile are dropped with the rest of the metadata.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, UnidentifiedImageError

from server.sentences import declare

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_SIDE: Final = 12_000
MOST_PIXELS: Final = 50_000_000
"""What one decoded image may hold: about 200 MB while it is being reduced."""
SIDE: Final = 800
THUMBNAIL_SIDE: Final = 96
MEDIA_TYPE: Final = "image/webp"
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_CAN_MOVE: Final = frozenset({"PNG", "WEBP", "GIF"})  # a camera's several-picture JPEG is a still image
_QUALITY: Final = 82
_ORIENTATION: Final = 0x0112  # Exif 2.3, table 4
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

ImageFault = Literal[
    "image_animated", "image_cmyk", "image_too_heavy", "image_too_wide", "image_truncated", "not_an_image"
]

declare(
    {
        "image_animated": (
            "Cette image est animée; choisissez une image fixe.",
            "This image is animated; choose a still one.",
        ),
        "image_cmyk": (
            "Cette image est en couleurs d’imprimerie (CMJN); enregistrez-la en couleurs d’écran (RVB).",
            "This image is in printing colours (CMYK); save it in screen colours (RGB).",
        ),
        "image_too_heavy": (
            "Cette image dépasse 8 Mo; choisissez-en une plus légère.",
            "This image is over 8 MB; choose a lighter one.",
        ),
        "image_too_wide": (
            "Cette image a trop de pixels; réduisez-la à 12 000 de côté et 50 millions au plus.",
            "This image has too many pixels; reduce it to 12,000 a side and 50 million at most.",
        ),
        "image_truncated": (
            "Cette image est incomplète ou abîmée; essayez de l’enregistrer de nouveau.",
            "This image is incomplete or damaged; try to save it again.",
        ),
        "not_an_image": (
            "Ce fichier n’est pas une image JPEG, PNG, WebP ou GIF.",
            "This file is not a JPEG, PNG, WebP or GIF image.",
        ),
    }
)


class ImageRefused(Exception):
    """The file cannot be a product's picture; `code` has a sentence."""

    def __init__(self, code: ImageFault) -> None:
        super().__init__(code)
        self.code: ImageFault = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A re-encoded image: both are WebP, at most SIDE and THUMBNAIL_SIDE pixels a side."""

    content: bytes
    thumbnail: bytes


def reduce(data: bytes) -> Picture:
    """The picture made of an uploaded file. Slow (up to a second): call it off the event loop.

    Raises ImageRefused.
    """
    if len(data) > MOST_BYTES:
        raise ImageRefused("image_too_heavy")
    with _opened(data) as image:
        _screen(image)
        still = _upright(image)
    return Picture(_encoded(still, SIDE), _encoded(still, THUMBNAIL_SIDE))


def content_hash(owner_id: str, content: bytes) -> str:
    """The id of a picture, 32 hexadecimal digits: of its content and its owner, so that no company can learn
    from an id that another one has the same picture."""
    return hashlib.sha256(owner_id.encode() + b"\0" + content).hexdigest()[:32]


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageRefused("image_too_wide") from error
    except UnidentifiedImageError as error:
        raise ImageRefused("not_an_image") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise ImageRefused("image_truncated") from error


def _screen(image: Image.Image) -> None:
    """Judge by the header alone."""
    if max(image.size) > MOST_SIDE or image.width * image.height > MOST_PIXELS:
        raise ImageRefused("image_too_wide")
    if image.format in _CAN_MOVE and getattr(image, "is_animated", False):
        raise ImageRefused("image_animated")
    if image.mode == "CMYK":
        raise ImageRefused("image_cmyk")


def _upright(image: Image.Image) -> Image.Image:
    """The first frame, decoded, reduced and turned as the camera was held, in plain RGB or RGBA."""
    try:
        image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG can be decoded at a fraction of its size
        reduced = _plain(image)
        reduced.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
        return reduced if turn is None else reduced.transpose(turn)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise ImageRefused("image_truncated") from error


def _plain(image: Image.Image) -> Image.Image:
    """The same pixels as RGB, or RGBA where something is transparent."""
    if image.mode.startswith("I"):  # 16 bits of grey: a plain conversion would clip, not scale
        image = image.point(lambda grey: grey * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _encoded(image: Image.Image, side: int) -> bytes:
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    smaller.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
