"""How the demo's people ask for things: a door of a size and a finish, hinges, tuques by size and colour."""

from server.demo.sheet import Wish


def door(
    code: str,
    quantity: int,
    width: str,
    height: str,
    finish: str = "clear",
    hinge: str = "left",
    job: str = "",
) -> Wish:
    """A made-to-measure door, in inches."""
    return Wish(
        code, str(quantity), {"width": width, "height": height}, {"finish": finish, "hinge": hinge}, job
    )


def front(code: str, quantity: int, width: str, height: str, finish: str = "clear", job: str = "") -> Wish:
    """A drawer front, in inches."""
    return Wish(code, str(quantity), {"width": width, "height": height}, {"finish": finish}, job)


def panel(
    code: str, quantity: int, width: str, height: str, thickness: str = "3/4", finish: str = ""
) -> Wish:
    """A panel, in inches; one that is not finished asks for no finish."""
    sizes = {"width": width, "height": height, "thickness": thickness}
    return Wish(code, str(quantity), sizes, {"finish": finish} if finish else {})


def moulding(code: str, quantity: int, finish: str = "clear") -> Wish:
    """Lengths of a moulding."""
    return Wish(code, str(quantity), choices={"finish": finish})


def part(code: str, quantity: int | str) -> Wish:
    """Something that is simply counted."""
    return Wish(code, str(quantity))


def worn(code: str, colour: str, sizes: str, logo: str = "") -> Wish:
    """Knitwear; `sizes`: `S 4, M 6, L 2`."""
    counts = dict(one.rsplit(" ", 1) for one in sizes.split(", "))
    return Wish(code, counts, choices={"colour": colour} | ({"logo": logo} if logo else {}))
