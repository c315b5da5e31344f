import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from schema.language import LANGUAGES
from server.catalogue.images import MOST_BYTES, ImageRefused, content_hash, reduce
from server.sentences import sentence


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


_AS_HELD = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def picture_of(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 0)


def moving(form: str) -> bytes:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is huge and holds next to nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_an_image"),
    "text": (b"hello", "not_an_image"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "not_an_image"),
    "a format that is not taken": (encoded(picture_of(), "BMP"), "not_an_image"),
    "too many bytes": (b"\xff" * (MOST_BYTES + 1), "image_too_heavy"),
    "a side too long": (png_header(12_001, 1), "image_too_wide"),
    "too many pixels": (png_header(10_000, 10_000), "image_too_wide"),
    "a decompression bomb": (png_header(60_000, 60_000), "image_too_wide"),
    "a moving GIF": (moving("GIF"), "image_animated"),
    "a moving WebP": (moving("WEBP"), "image_animated"),
    "a moving PNG": (moving("PNG"), "image_animated"),
    "printing colours": (encoded(Image.new("CMYK", (9, 9)), "JPEG"), "image_cmyk"),
    "half a JPEG": (encoded(Image.effect_noise((90, 90), 50), "JPEG")[:1500], "image_truncated"),
    "half a PNG": (encoded(Image.effect_noise((90, 90), 50), "PNG")[:1500], "image_truncated"),
    "half a WebP": (encoded(Image.effect_noise((90, 90), 50), "WEBP")[:500], "image_truncated"),
    "the head of a PNG": (encoded(picture_of(), "PNG")[:30], "not_an_image"),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_good_still_image_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(ImageRefused) as refused:
        reduce(data)
    assert refused.value.code == code
    assert all(sentence(code, language) for language in LANGUAGES)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_ordinary_image_becomes_a_small_webp_and_a_thumbnail(form: str) -> None:
    picture = reduce(encoded(picture_of((1600, 1200)), form))
    large, small = opened(picture.content), opened(picture.thumbnail)
    assert (large.format, large.size) == ("WEBP", (800, 600))
    assert (small.format, small.size) == ("WEBP", (96, 72))
    red, green, blue = large.convert("RGB").getpixel((400, 300))  # type: ignore[misc]
    assert red > 230
    assert max(green, blue) < 30


def test_a_small_image_is_not_enlarged() -> None:
    assert opened(reduce(encoded(picture_of((40, 20)), "PNG")).content).size == (40, 20)


def test_the_camera_orientation_is_applied_and_its_notes_are_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held a quarter turn to the left
    exif[0x010F] = "Camera of Sophie"
    data = encoded(picture_of((40, 20)), "JPEG", exif=exif, comment=b"private")
    assert b"Camera of Sophie" in data
    picture = reduce(data)
    assert opened(picture.content).size == (20, 40)
    assert opened(picture.thumbnail).size == (20, 40)
    assert not opened(picture.content).getexif()
    assert b"Sophie" not in picture.content + picture.thumbnail


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_of_holding_a_camera_comes_out_upright(orientation: int) -> None:
    upright = Image.new("RGB", (40, 20), "white")
    upright.paste("red", (0, 0, 20, 10))  # the upper left quarter
    exif = Image.Exif()
    exif[0x0112] = orientation
    held = upright.transpose(_AS_HELD[orientation]) if orientation > 1 else upright
    came_out = opened(reduce(encoded(held, "PNG", exif=exif)).content).convert("RGB")
    assert came_out.size == (40, 20)
    assert came_out.getpixel((8, 5))[1] < 60  # type: ignore[index]
    assert min(came_out.getpixel(point)[1] for point in ((32, 5), (8, 15), (32, 15))) > 200  # type: ignore[index]


def test_words_and_profile_of_a_png_are_dropped() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Sophie", zip=False)
    data = encoded(picture_of(), "PNG", pnginfo=words, icc_profile=b"a profile of Sophie" * 20)
    picture = reduce(data)
    assert b"Sophie" not in picture.content + picture.thumbnail
    assert "icc_profile" not in opened(picture.content).info


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(mode: str) -> None:
    image = Image.new("RGBA", (10, 10), (255, 0, 0, 0)).convert(mode)
    options = {"transparency": 0} if mode == "P" else {}
    content = opened(reduce(encoded(image, "PNG", **options)).content)
    assert content.mode == "RGBA"
    assert content.getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    grey = Image.new("I;16", (10, 10), 0x8000)
    red, *_ = opened(reduce(encoded(grey, "PNG")).content).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert 118 < red < 138


def test_a_telephone_jpeg_of_several_pictures_is_still() -> None:
    data = encoded(picture_of(), "MPO", save_all=True, append_images=[picture_of((20, 20))])
    assert opened(data).format == "MPO"
    assert opened(reduce(data).content).size == (40, 20)


def test_one_picture_has_one_id_per_owner() -> None:
    assert content_hash("boreale", b"oak") == content_hash("boreale", b"oak")
    assert (
        len({content_hash(*pair) for pair in (("boreale", b"oak"), ("rival", b"oak"), ("boreale", b"ash"))})
        == 3
    )
    assert len(content_hash("boreale", b"oak")) == 32
