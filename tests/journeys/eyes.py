"""What a careful reader would see wrong with a page: rules of accessibility, contrast, and what does not fit."""

from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Page, TimeoutError

from tests.journeys.words import Language

AXE: Final = (Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js").read_text()
Scheme = Literal["light", "dark"]

RUN: Final = """async (rules) => {
  const moving = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
  await Promise.allSettled(moving.map((one) => one.finished));
  const only = rules.length > 0 ? { runOnly: { type: "rule", values: rules } } : {};
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  const told = (node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "");
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(told).join(" | ")}`);
}"""
FITS: Final = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# Editors, rings and sentences of a fault lie over the grid on purpose.
STANDING_OUT: Final = """() => {
  const over = ".cell-editor, .points-editor, .ring, .ring-names, .robot-mark, .fault, .unseen";
  const isCut = (part, cell) => {
    for (let up = part.parentElement; up !== cell; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const out = (cell) => [...cell.querySelectorAll("*")].some((part) => {
    if (part.closest(over) || isCut(part, cell)) return false;
    const [whole, own, style] = [cell.getBoundingClientRect(), part.getBoundingClientRect(), getComputedStyle(cell)];
    const left = whole.left + parseFloat(style.paddingLeft) - 1;
    const right = whole.right - parseFloat(style.paddingRight) + 1;
    return own.width > 0 && (own.right > right || own.left < left);
  });
  const visible = [...document.querySelectorAll(".grid-row > [data-column]")].filter(
    (cell) => getComputedStyle(cell).overflow === "visible" && out(cell));
  return visible.map((cell) => `${cell.dataset.column}: ${cell.innerText.replaceAll("\\n", " ")}`);
}"""
# A finger that comes down half a target away from its middle must still be on it, or on the label that presses it.
# A link within a sentence is as high as its line, wherever it stands.
TOO_SMALL: Final = """(least) => {
  const reach = least / 2 - 1;
  const isWord = (one) => one.matches("p a, li a") && one.parentElement.innerText.trim() !== one.innerText.trim();
  const isHit = (one, x, y) => {
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (one.contains(hit) || hit.closest("label")?.control === one);
  };
  const isSmall = (one) => {
    one.scrollIntoView({ block: "center" });
    const { left, top, width, height } = one.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    return !(isHit(one, x, y - reach) && isHit(one, x, y + reach) && isHit(one, x + reach, y));
  };
  const targets = document.querySelectorAll("a[href], button, input, select, textarea, [role=option]");
  const seen = [...targets].filter((one) =>
    one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .skip") && !isWord(one));
  const told = (one) => `${one.localName}.${one.className} ${one.ariaLabel ?? one.innerText ?? ""}`;
  return seen.filter(isSmall).map((one) => `${told(one)} ${one.offsetWidth} × ${one.offsetHeight}`);
}"""
LEAST_TARGET: Final = 44
SETTLING_MS: Final = 3000
# Width, height, scheme, and the rules to hold; none named means every rule. Dark changes colours and nothing else.
# Neighbours differ in little: each change is a new layout of the page, or all of its colours anew.
View = tuple[int, int, Scheme, tuple[str, ...]]
VIEWS: Final[tuple[View, ...]] = (
    (1280, 800, "light", ()),
    (1280, 800, "dark", ("color-contrast",)),
    (360, 740, "dark", ("color-contrast",)),
    (360, 740, "light", ()),
    (768, 1024, "light", ("target-size", "scrollable-region-focusable")),
    (1120, 800, "light", ("scrollable-region-focusable",)),
)
# Words differ between languages, and colours do not.
VIEWS_OF: Final[dict[Language, tuple[View, ...]]] = {
    "fr": VIEWS,
    "en": tuple(view for view in VIEWS if view[2] == "light"),
}


def fits(page: Page) -> bool:
    """Whether nothing stands out to the side, once the page is laid out for its new width."""
    try:
        page.wait_for_function(FITS, timeout=SETTLING_MS)
    except TimeoutError:
        return False
    return True


def too_small(page: Page) -> list[str]:
    """What a finger would miss among the things to press."""
    return [str(one) for one in page.evaluate(TOO_SMALL, LEAST_TARGET)]


def faults_of(page: Page, where: str, language: Language = "fr") -> list[str]:
    """What is wrong with the page as it stands, in every view of a language; the first view again at the end."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
        # The next pages of this tab have it from the start: half a megabyte is not handed over for each.
        page.add_init_script(AXE)
    found: list[str] = []
    standing: Scheme = "light"
    for width, height, scheme, rules in VIEWS_OF[language]:
        if page.viewport_size != {"width": width, "height": height}:
            page.set_viewport_size({"width": width, "height": height})
        if scheme != standing:
            page.emulate_media(color_scheme=scheme)
            standing = scheme
        view = f"{where} at {width} px, {scheme}"
        if not fits(page):
            found.append(f"{view}: scrolls sideways")
        found += [f"{view}: stands out of its cell: {cell}" for cell in page.evaluate(STANDING_OUT)]
        found += [f"{view}: {fault}" for fault in page.evaluate(RUN, list(rules))]
    page.set_viewport_size({"width": VIEWS[0][0], "height": VIEWS[0][1]})
    if standing != "light":
        page.emulate_media(color_scheme="light")
    return found
