"""The catalogues of the demo: what each supplier sells. Prices are in Canadian dollars."""

from dataclasses import dataclass
from typing import Any, Final

Named = dict[str, Any]


def _named(key: str, fr: str, en: str, **more: Any) -> Named:
    return {"key": key, "name_fr": fr, "name_en": en, **more}


def _choice(key: str, fr: str, en: str, *options: Named, required: bool = True) -> Named:
    return _named(key, fr, en, kind="choice", required=required, options=list(options))


def _dimension(key: str, fr: str, en: str, least: str, most: str) -> Named:
    return _named(key, fr, en, minimum=least, maximum=most)


FINISH: Final = _choice(
    "finish", "Fini", "Finish",
    _named("raw", "Naturel, non verni", "Unfinished"), _named("clear", "Lustré clair", "Clear lacquer"),
    _named("matte", "Mat", "Matte"), _named("walnut", "Teint noyer", "Walnut stain"),
    _named("white", "Laqué blanc", "White lacquer"),
)  # fmt: skip
HINGES: Final = _choice(
    "hinge", "Charnière", "Hinge side",
    _named("left", "Gauche", "Left"), _named("right", "Droite", "Right"), _named("none", "Sans perçage", "Undrilled"),
)  # fmt: skip
PROFILE: Final = _choice(
    "profile", "Profil du bord", "Edge profile",
    _named("square", "Droit", "Square"), _named("bevel", "Biseauté", "Bevelled"), _named("round", "Arrondi", "Rounded"),
    required=False,
)  # fmt: skip
COLOUR: Final = _choice(
    "colour", "Couleur", "Colour",
    _named("navy", "Marine", "Navy"), _named("cream", "Crème", "Cream"), _named("red", "Rouge canneberge", "Cranberry"),
    _named("grey", "Gris galet", "Pebble grey"), _named("green", "Vert sapin", "Fir green"),
)  # fmt: skip
LOGO: Final = _named("logo", "Broderie", "Embroidery", kind="text", required=False, options=[])


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product's file, and how to draw it: a shape and a colour, or nothing."""

    file: dict[str, Any]
    picture: tuple[str, str] | None = None


def _product(
    code: str, fr: str, en: str, price: str, picture: tuple[str, str] | None = None, **more: Any
) -> DemoProduct:
    file = {"code": code, "name_fr": fr, "name_en": en, "price": price, "unit": "each", **more}
    return DemoProduct(file, picture)


def _door(code: str, fr: str, en: str, price: str, picture: tuple[str, str] | None) -> DemoProduct:
    sizes = [
        _dimension("width", "Largeur", "Width", "6", "30"),
        _dimension("height", "Hauteur", "Height", "8", "96"),
    ]
    about = {
        "description_fr": "Montants et traverses de 2 1/4 po, épaisseur 3/4 po. Fabriquée sur mesure.",
        "description_en": "2 1/4 in stiles and rails, 3/4 in thick. Made to measure.",
    }
    made = {"sizing": "dimensions", "dimensions": sizes, "characteristics": [FINISH, HINGES, PROFILE]}
    return _product(code, fr, en, price, picture, **about, **made)


def _front(code: str, fr: str, en: str, price: str, picture: tuple[str, str] | None) -> DemoProduct:
    sizes = [
        _dimension("width", "Largeur", "Width", "9", "42"),
        _dimension("height", "Hauteur", "Height", "4", "15"),
    ]
    made = {"sizing": "dimensions", "dimensions": sizes, "characteristics": [FINISH]}
    return _product(code, fr, en, price, picture, **made)


def _panel(
    code: str, fr: str, en: str, price: str, picture: tuple[str, str] | None, **more: Any
) -> DemoProduct:
    sizes = [
        _dimension("width", "Largeur", "Width", "4", "48"),
        _dimension("height", "Hauteur", "Height", "4", "96"),
        _dimension("thickness", "Épaisseur", "Thickness", "1/4", "1 1/2"),
    ]
    return _product(code, fr, en, price, picture, sizing="dimensions", dimensions=sizes, **more)


def _worn(
    code: str, fr: str, en: str, price: str, picture: tuple[str, str] | None, *points: str
) -> DemoProduct:
    made = {"sizing": "scale", "points": list(points), "characteristics": [COLOUR, LOGO]}
    return _product(code, fr, en, price, picture, **made)


MAPLE, BIRCH, OAK, WALNUT = "#d9b382", "#e3c9a0", "#b9834f", "#6b4a34"
WHITE, STEEL, BRASS = "#e4e8ec", "#9aa5b1", "#c2a14d"

BOREALE: Final = [
    _door("P-SHK-ER", "Porte shaker, érable", "Shaker door, maple", "41.50", ("shaker", MAPLE)),
    _door("P-SHK-ME", "Porte shaker, merisier", "Shaker door, yellow birch", "38.75", ("shaker", BIRCH)),
    _door("P-SHK-CH", "Porte shaker, chêne rouge", "Shaker door, red oak", "44.25", ("shaker", OAK)),
    _door("P-SHK-NO", "Porte shaker, noyer", "Shaker door, walnut", "68.90", ("shaker", WALNUT)),
    _door("P-PLA-ER", "Porte plate, placage d’érable", "Slab door, maple veneer", "33.20", ("slab", MAPLE)),
    _door("P-PLA-NO", "Porte plate, placage de noyer", "Slab door, walnut veneer", "49.80", ("slab", WALNUT)),
    _door("P-PLA-MDF", "Porte plate, MDF à peindre", "Slab door, paint-grade MDF", "24.60", ("slab", WHITE)),
    _door("P-SOU-ER", "Porte à panneau soulevé, érable", "Raised panel door, maple", "52.40", ("raised", MAPLE)),
    _door("P-SOU-CH", "Porte à panneau soulevé, chêne", "Raised panel door, oak", "55.10", ("raised", OAK)),
    _door("P-VIT-ER", "Porte vitrée, érable", "Glass door, maple", "74.00", ("glass", MAPLE)),
    _door("P-LAT-MDF", "Porte à lattes, MDF", "Beadboard door, MDF", "36.80", ("slats", WHITE)),
    _front("F-SHK-ER", "Devant de tiroir shaker, érable", "Shaker drawer front, maple", "24.30", ("front", MAPLE)),
    _front("F-SHK-ME", "Devant de tiroir shaker, merisier", "Shaker drawer front, birch", "22.90", ("front", BIRCH)),
    _front("F-SHK-CH", "Devant de tiroir shaker, chêne", "Shaker drawer front, oak", "25.60", ("front", OAK)),
    _front("F-PLA-ER", "Devant de tiroir plat, érable", "Slab drawer front, maple", "19.40", ("plain", MAPLE)),
    _front("F-PLA-NO", "Devant de tiroir plat, noyer", "Slab drawer front, walnut", "29.75", ("plain", WALNUT)),
    _front("F-PLA-MDF", "Devant de tiroir plat, MDF", "Slab drawer front, MDF", "14.80", None),
    _panel("G-FIN-ER", "Panneau de bout, érable", "Finished end panel, maple", "58.00", ("panel", MAPLE),
           characteristics=[FINISH]),
    _panel("G-FIN-NO", "Panneau de bout, noyer", "Finished end panel, walnut", "96.50", ("panel", WALNUT),
           characteristics=[FINISH]),
    _panel("G-MEL", "Panneau de mélamine blanche", "White melamine panel", "27.40", ("panel", WHITE)),
    _panel("G-TAB", "Tablette ajustable, mélamine", "Adjustable shelf, melamine", "11.25", None),
    _panel("G-COU", "Coup-de-pied, contreplaqué", "Toe kick, plywood", "16.90", ("panel", BIRCH)),
    _product("M-COR-ER", "Moulure couronne, érable, 8 pi", "Crown moulding, maple, 8 ft", "46.00", ("moulding", MAPLE),
             characteristics=[FINISH]),
    _product("M-COR-CH", "Moulure couronne, chêne, 8 pi", "Crown moulding, oak, 8 ft", "48.50", ("moulding", OAK),
             characteristics=[FINISH]),
    _product("M-VAL-ER", "Cache-lumière, érable, 8 pi", "Light valance, maple, 8 ft", "31.20", ("moulding", MAPLE),
             characteristics=[FINISH]),
    _product("M-QUA-ER", "Quart-de-rond, érable", "Quarter round, maple", "2.35", ("moulding", BIRCH),
             unit="m", decimals=1, minimum="5", description_fr="Vendu au mètre, 5 m au moins."),
    _product("H-110", "Charnière 110°, fermeture amortie", "110° soft-close hinge", "7.90", ("hinge", STEEL),
             unit="pair", multiple="2"),
    _product("H-155", "Charnière 155°, grand angle", "155° wide-angle hinge", "12.60", ("hinge", STEEL), unit="pair"),
    _product("H-COI", "Charnière de coin pliante", "Bi-fold corner hinge", "9.85", ("hinge", BRASS), unit="pair"),
    _product("Q-C18", "Coulisses 18 po, sortie totale", "18 in full-extension slides", "24.50", ("slide", STEEL),
             unit="pair"),
    _product("Q-C21", "Coulisses 21 po, sortie totale", "21 in full-extension slides", "27.90", ("slide", STEEL),
             unit="pair"),
    _product("Q-POI-L", "Poignée en laiton, 128 mm", "Brass pull, 128 mm", "8.75", ("handle", BRASS)),
    _product("Q-POI-N", "Poignée noire, 160 mm", "Black pull, 160 mm", "6.40", ("handle", "#3b3f46")),
    _product("Q-TAQ", "Taquets de tablette, boîte de 100", "Shelf pins, box of 100", "18.00", None, unit="box"),
    _product("S-MES", "Prise de mesures au chantier", "On-site measuring", "75.00", None, unit="h", decimals=1),
    _product("S-ECH", "Échantillon de fini", "Finish sample", "0.00", None, characteristics=[FINISH]),
]  # fmt: skip

FLEUVE: Final = [
    _worn("TUQ-MER", "Tuque mérinos", "Merino tuque", "18.00", ("tuque", "#26406b"), "S", "M", "L"),
    _worn("TUQ-POM", "Tuque à pompon", "Pompom tuque", "21.50", ("pompom", "#a5343f"), "S", "M", "L"),
    _worn("TUQ-ENF", "Tuque d’enfant", "Child’s tuque", "14.00", ("tuque", "#3f7d5b"), "2-4", "4-6", "6-8"),
    _worn("GAN-LAI", "Gants de laine", "Wool gloves", "24.00", ("glove", "#5c6672"), "S", "M", "L", "XL"),
    _worn("GAN-TAC", "Gants tactiles", "Touch-screen gloves", "27.50", ("glove", "#26406b"), "S", "M", "L", "XL"),
    _worn("MIT-DOU", "Mitaines doublées", "Lined mittens", "29.00", ("mitten", "#a5343f"), "S", "M", "L"),
    _worn("CHA-COL", "Chandail à col rond", "Crew-neck sweater", "79.00", ("sweater", "#26406b"),
          "XS", "S", "M", "L", "XL", "XXL"),
    _worn("CHA-ROU", "Chandail à col roulé", "Turtleneck sweater", "86.00", ("sweater", "#d8cdb8"),
          "XS", "S", "M", "L", "XL", "XXL"),
    _worn("CHA-CAM", "Cardigan camionneur", "Zip cardigan", "94.00", ("sweater", "#3f7d5b"), "S", "M", "L", "XL"),
    _worn("BAS-TRA", "Bas de travail, mérinos", "Merino work socks", "16.50", None, "36-38", "39-41", "42-44", "45-47"),
    _product("FOU-LON", "Foulard long", "Long scarf", "38.00", ("scarf", "#a5343f"), characteristics=[COLOUR]),
    _product("COU-TRI", "Couverture tricotée", "Knitted throw", "120.00", None, characteristics=[COLOUR]),
]  # fmt: skip

RIVAL: Final = [
    _door("RV-100", "Porte shaker économique", "Economy shaker door", "29.90", ("shaker", BIRCH)),
    _door("RV-200", "Porte plate blanche", "White slab door", "21.00", ("slab", WHITE)),
    _front("RV-300", "Devant de tiroir économique", "Economy drawer front", "15.50", ("front", BIRCH)),
    _product("RV-900", "Charnière standard", "Standard hinge", "4.25", ("hinge", STEEL), unit="pair"),
]

CATALOGUES: Final = {"boreale": BOREALE, "fleuve": FLEUVE, "rival": RIVAL}
"""Products by the short name of their supplier. No code is used twice."""
