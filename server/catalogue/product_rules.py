"""What makes a product's file sound, beyond the shape of its fields.

Pure: a `ProductFile` in, faults by field out. The same rules hold for the screen, for scripts and for
imported files.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from persistence.product import seen_code
from schema.cells import line_key, parse
from schema.refusals import REFUSALS
from schema.values import check, dimension_in
from server.fields import LINE, PARAGRAPH, Draft, Patch
from server.problem import MOST_ERRORS, FieldError
from server.sentences import declare

Unit = Literal["each", "m", "kg", "box", "pair", "sq_ft", "h"]
Code = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=60, pattern=LINE), AfterValidator(seen_code)
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=LINE)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=LINE)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=PARAGRAPH)]

MOST_DECIMALS: Final = 3
_OF_VALUES = ("not_a_decimal", "negative", "too_many_decimals", "not_a_dimension")

declare({code: REFUSALS[code] for code in _OF_VALUES})
declare(
    {
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
)


class Dimension(Draft):
    """One measure to give. `minimum`, `maximum`: exact measures such as `34 1/2`, or null for no bound."""

    key: Key
    name_fr: Name
    name_en: Name = ""
    minimum: Short | None = None
    maximum: Short | None = None


class Option(Draft):
    """One answer of a characteristic of kind `choice`."""

    key: Key
    name_fr: Name
    name_en: Name = ""


class Characteristic(Draft):
    """One question to answer on each line: a choice among options, a text, or a number."""

    key: Key
    name_fr: Name
    name_en: Name = ""
    kind: Literal["choice", "text", "number"] = "choice"
    required: bool = False
    options: list[Option] = Field(default=[], max_length=200)


class ProductFile(Draft):
    """All that a supplier writes of a product. Prices and quantities are decimal strings."""

    code: Code
    name_fr: Name
    name_en: Name = ""
    description_fr: Long = ""
    description_en: Long = ""
    unit: Unit
    decimals: Annotated[int, Field(ge=0, le=MOST_DECIMALS, strict=True)] = 0
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

    @model_validator(mode="wrap")
    @classmethod
    def _told_at_once(cls, given: Any, build: ModelWrapValidatorHandler[Self]) -> Self:
        """Whoever sends a file of which a field is not even well formed is told what is wrong with the others, too."""
        try:
            return build(given)
        except ValidationError as error:
            if not isinstance(given, Mapping) or error.error_count() > MOST_ERRORS:
                raise
            raise _with_faults(error, given, in_part=issubclass(cls, Patch)) from None


_KEY_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def faults(product: ProductFile) -> list[FieldError]:
    """All that is wrong, in the order of the fields; empty when the product may be kept."""
    return [fault for rule in _RULES for fault in rule(product)]


def _with_faults(error: ValidationError, given: Mapping[str, Any], *, in_part: bool) -> ValidationError:
    """The same with the faults of all fields that are well formed; of a file in part, only of those it names."""
    details = [
        InitErrorDetails(type=one["type"], loc=one["loc"], input=one["input"], ctx=one.get("ctx", {}))
        for one in error.errors(include_url=False)
    ]
    broken = {str(one["loc"][0]) for one in details}
    formed = {name: value for name, value in given.items() if name not in broken}
    judged = set(formed) if in_part else set(ProductFile.model_fields) - broken
    if "decimals" not in judged:
        formed["decimals"] = MOST_DECIMALS  # whatever it is, a minimum may have as many
    for fault in faults(ProductPatch.model_validate(formed)):
        path = fault.field.split(".")
        if path[0] in judged:
            kind = PydanticCustomError(fault.code, fault.code)
            details.append(InitErrorDetails(type=kind, loc=tuple(path), input=None))
    return ValidationError.from_exception_data(error.title, details)


def _names(product: ProductFile) -> Iterator[FieldError]:
    if not product.code:
        yield FieldError("code", "required")
    if not product.name_fr:
        yield FieldError("name_fr", "required")


def _amounts(product: ProductFile) -> Iterator[FieldError]:
    if code := check("price", product.price):
        yield FieldError("price", code)
    for field in ("minimum", "multiple"):
        text = getattr(product, field)
        if text is not None and (code := _quantity_fault(text, product.decimals)):
            yield FieldError(field, code)
    if (
        product.multiple is not None
        and not check("quantity", product.multiple)
        and not Decimal(product.multiple)
    ):
        yield FieldError("multiple", "zero")


def _quantity_fault(text: str, decimals: int) -> str | None:
    if code := check("quantity", text):
        return code
    places = len(text.rpartition(".")[2]) if "." in text else 0
    return "decimals_of_unit" if places > decimals else None


def _points(product: ProductFile) -> Iterator[FieldError]:
    if product.sizing == "scale" and not product.points:
        yield FieldError("points", "no_points")
    for at, point in enumerate(product.points):
        if parse("client", line_key("line", "quantity", point)) is None:
            yield FieldError(f"points.{at}", "bad_point")
    yield from _repeats("points.{}", product.points)


def _dimensions(product: ProductFile) -> Iterator[FieldError]:
    if product.sizing == "dimensions" and not product.dimensions:
        yield FieldError("dimensions", "no_dimensions")
    yield from _keyed("dimensions", product.dimensions)
    for at, dimension in enumerate(product.dimensions):
        yield from _bounds(f"dimensions.{at}", dimension, product.dimension_unit)


def _bounds(path: str, dimension: Dimension, unit: str) -> Iterator[FieldError]:
    least, most = (
        None if text is None else dimension_in(text, unit) for text in (dimension.minimum, dimension.maximum)
    )
    if dimension.minimum is not None and least is None:
        yield FieldError(f"{path}.minimum", "not_a_dimension")
    if dimension.maximum is not None and most is None:
        yield FieldError(f"{path}.maximum", "not_a_dimension")
    if least is not None and most is not None and least > most:
        yield FieldError(f"{path}.maximum", "minimum_over_maximum")


def _characteristics(product: ProductFile) -> Iterator[FieldError]:
    yield from _keyed("characteristics", product.characteristics)
    for at, characteristic in enumerate(product.characteristics):
        path = f"characteristics.{at}.options"
        if characteristic.kind == "choice" and not characteristic.options:
            yield FieldError(path, "no_options")
        yield from _keyed(path, characteristic.options)


def _keyed(path: str, items: Sequence[Dimension | Characteristic | Option]) -> Iterator[FieldError]:
    """What a list of named things must respect: keys well formed and different, a French name each."""
    for at, item in enumerate(items):
        if not item.key or not set(item.key) <= _KEY_LETTERS:
            yield FieldError(f"{path}.{at}.key", "bad_key")
        if not item.name_fr:
            yield FieldError(f"{path}.{at}.name_fr", "required")
    yield from _repeats(f"{path}.{{}}.key", [item.key for item in items])


def _repeats(path: str, values: Sequence[str]) -> Iterator[FieldError]:
    for at, value in enumerate(values):
        if value in values[:at]:
            yield FieldError(path.format(at), "twice")


_RULES: Final[tuple[Callable[[ProductFile], Iterator[FieldError]], ...]] = (
    _names,
    _amounts,
    _points,
    _dimensions,
    _characteristics,
)


class ProductPatch(ProductFile, Patch):
    """Some fields of a product; what is not given stays as it is."""

    code: Code = ""
    name_fr: Name = ""
    unit: Unit = "each"
    price: Short = ""


def as_file(product: BaseModel) -> dict[str, Any]:
    """The fields of a kept product that its supplier writes."""
    return product.model_dump(include=set(ProductFile.model_fields))


def patched(product: BaseModel, patch: ProductPatch) -> ProductFile:
    """The whole file once the fields that were given are replaced."""
    return ProductFile.model_validate(as_file(product) | patch.model_dump(exclude_unset=True))
