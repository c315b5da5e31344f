"""What makes a product's file sound, beyond the shape of its fields.

Pure: a `ProductFile` in, faults by field out. The same rules hold for the screen, for scripts and for
imported files.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schema.cells import line_key, parse
from schema.values import check, dimension_in

Unit = Literal["each", "m", "kg", "box", "pair", "sq_ft", "h"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Dimension(Strict):
    """One measure to give. `minimum`, `maximum`: exact measures such as `34 1/2`, or null for no bound."""

    key: Key
    name_fr: Name
    name_en: Name = ""
    minimum: Short | None = None
    maximum: Short | None = None


class Option(Strict):
    """One answer of a characteristic of kind `choice`."""

    key: Key
    name_fr: Name
    name_en: Name = ""


class Characteristic(Strict):
    """One question to answer on each line: a choice among options, a text, or a number."""

    key: Key
    name_fr: Name
    name_en: Name = ""
    kind: Literal["choice", "text", "number"] = "choice"
    required: bool = False
    options: list[Option] = Field(default=[], max_length=200)


class ProductFile(Strict):
    """All that a supplier writes of a product. Prices and quantities are decimal strings."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
    name_fr: Name
    name_en: Name = ""
    description_fr: Long = ""
    description_en: Long = ""
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=3, strict=True)] = 0
    price: Short
    minimum: Short | None = None
    multiple: Short | None = None
    tax_class: Literal["standard", "zero", "exempt"] = "standard"
    hidden: bool = False
    sizing: Literal["none", "scale", "dimensions"] = "none"
    points: list[Key] = Field(default=[], max_length=60)
    dimension_unit: Literal["in", "mm", "cm"] = "in"
    dimensions: list[Dimension] = Field(default=[], max_length=10)
    characteristics: list[Characteristic] = Field(default=[], max_length=30)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct. `field`: a path such as `dimensions.0.maximum`; `code`: a key of SENTENCES."""

    field: str
    code: str


SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "required": ("Ce champ est obligatoire.", "This field is required."),
    "control_character": (
        "Ce texte contient des caractères invisibles qui ne sont pas permis.",
        "This text has invisible characters that are not allowed.",
    ),
    "not_a_decimal": (
        "Écrivez un nombre comme 12.50, avec un point et sans espace.",
        "Write a number such as 12.50, with a point and no space.",
    ),
    "negative": ("Ce nombre ne peut pas être négatif.", "This number cannot be negative."),
    "too_many_decimals": ("Ce nombre a trop de décimales.", "This number has too many decimals."),
    "out_of_range": ("Ce nombre est trop grand.", "This number is too large."),
    "decimals_of_unit": (
        "Ce nombre a plus de décimales que les quantités de ce produit.",
        "This number has more decimals than this product’s quantities.",
    ),
    "zero": ("Ce nombre doit être plus grand que zéro.", "This number must be above zero."),
    "no_points": ("Ajoutez au moins une taille.", "Add at least one size."),
    "bad_point": (
        "Une taille a de 1 à 40 caractères, sans barre oblique.",
        "A size has 1 to 40 characters, without a slash.",
    ),
    "twice": ("Cette valeur est déjà dans la liste.", "This value is already in the list."),
    "no_dimensions": ("Ajoutez au moins une dimension.", "Add at least one dimension."),
    "bad_key": (
        "Une clé s’écrit en minuscules sans accent, chiffres et traits d’union.",
        "A key is written in plain small letters, digits and hyphens.",
    ),
    "not_a_dimension": (
        "Écrivez une mesure comme 34 1/2 ou 87.6.",
        "Write a measure such as 34 1/2 or 87.6.",
    ),
    "minimum_over_maximum": (
        "Le maximum est plus petit que le minimum.",
        "The maximum is smaller than the minimum.",
    ),
    "no_options": ("Ajoutez au moins un choix.", "Add at least one option."),
    "code_taken": (
        "Un autre de vos produits porte déjà ce code.",
        "Another of your products already has this code.",
    ),
}

_KEY_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def faults(product: ProductFile) -> list[Fault]:
    """All that is wrong, in the order of the fields; empty when the product may be kept."""
    return [fault for rule in _RULES for fault in rule(product)]


def _names(product: ProductFile) -> Iterator[Fault]:
    if not product.code:
        yield Fault("code", "required")
    if not product.name_fr:
        yield Fault("name_fr", "required")
    for field in ("code", "name_fr", "name_en", "description_fr", "description_en"):
        if _has_control(getattr(product, field)):
            yield Fault(field, "control_character")


def _has_control(text: str) -> bool:
    return any((ord(sign) < 32 and sign not in "\t\n\r") or ord(sign) == 127 for sign in text)


def _amounts(product: ProductFile) -> Iterator[Fault]:
    if code := check("price", product.price):
        yield Fault("price", code)
    for field in ("minimum", "multiple"):
        text = getattr(product, field)
        if text is not None and (code := _quantity_fault(text, product.decimals)):
            yield Fault(field, code)
    if (
        product.multiple is not None
        and not check("quantity", product.multiple)
        and not Decimal(product.multiple)
    ):
        yield Fault("multiple", "zero")


def _quantity_fault(text: str, decimals: int) -> str | None:
    if code := check("quantity", text):
        return code
    places = len(text.rpartition(".")[2]) if "." in text else 0
    return "decimals_of_unit" if places > decimals else None


def _points(product: ProductFile) -> Iterator[Fault]:
    if product.sizing == "scale" and not product.points:
        yield Fault("points", "no_points")
    for at, point in enumerate(product.points):
        if parse("client", line_key("line", "quantity", point)) is None:
            yield Fault(f"points.{at}", "bad_point")
    yield from _repeats("points.{}", product.points)


def _dimensions(product: ProductFile) -> Iterator[Fault]:
    if product.sizing == "dimensions" and not product.dimensions:
        yield Fault("dimensions", "no_dimensions")
    yield from _keyed("dimensions", product.dimensions)
    for at, dimension in enumerate(product.dimensions):
        yield from _bounds(f"dimensions.{at}", dimension, product.dimension_unit)


def _bounds(path: str, dimension: Dimension, unit: str) -> Iterator[Fault]:
    least, most = (
        None if text is None else dimension_in(text, unit) for text in (dimension.minimum, dimension.maximum)
    )
    if dimension.minimum is not None and least is None:
        yield Fault(f"{path}.minimum", "not_a_dimension")
    if dimension.maximum is not None and most is None:
        yield Fault(f"{path}.maximum", "not_a_dimension")
    if least is not None and most is not None and least > most:
        yield Fault(f"{path}.maximum", "minimum_over_maximum")


def _characteristics(product: ProductFile) -> Iterator[Fault]:
    yield from _keyed("characteristics", product.characteristics)
    for at, characteristic in enumerate(product.characteristics):
        path = f"characteristics.{at}.options"
        if characteristic.kind == "choice" and not characteristic.options:
            yield Fault(path, "no_options")
        yield from _keyed(path, characteristic.options)


def _keyed(path: str, items: Sequence[Dimension | Characteristic | Option]) -> Iterator[Fault]:
    """What a list of named things must respect: keys well formed and different, a French name each."""
    for at, item in enumerate(items):
        if not item.key or not set(item.key) <= _KEY_LETTERS:
            yield Fault(f"{path}.{at}.key", "bad_key")
        if not item.name_fr:
            yield Fault(f"{path}.{at}.name_fr", "required")
    yield from _repeats(f"{path}.{{}}.key", [item.key for item in items])


def _repeats(path: str, values: Sequence[str]) -> Iterator[Fault]:
    for at, value in enumerate(values):
        if value in values[:at]:
            yield Fault(path.format(at), "twice")


_RULES: Final[tuple[Callable[[ProductFile], Iterator[Fault]], ...]] = (
    _names,
    _amounts,
    _points,
    _dimensions,
    _characteristics,
)


def as_file(product: BaseModel) -> dict[str, Any]:
    """The fields of a kept product that its supplier writes."""
    return product.model_dump(include=set(ProductFile.model_fields))
