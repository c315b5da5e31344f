import type { Characteristic, Dimension, Option, Product, ProductFacts } from "../../api/shapes";

/** The product's facts as they stand in the form: the points are one line of text. */
export interface ProductDraft extends Omit<ProductFacts, "minimum" | "multiple"> {
  minimum: string;
  multiple: string;
  pointsText: string;
}

export function newProduct(): ProductDraft {
  return {
    code: "",
    name_fr: "",
    name_en: "",
    description_fr: "",
    description_en: "",
    unit: "each",
    decimals: 0,
    price: "",
    minimum: "",
    multiple: "",
    tax_class: "standard",
    hidden: false,
    sizing: "none",
    points: [],
    pointsText: "",
    dimension_unit: "in",
    dimensions: [],
    characteristics: [],
  };
}

export function draftOf(product: Product): ProductDraft {
  const { id, supplier_id, image, ...facts } = product;
  const draft = newProduct();
  const known = Object.fromEntries(
    Object.keys(draft).map((key) => [key, { ...draft, ...facts }[key as "code"]]),
  );
  return {
    ...(known as unknown as ProductDraft),
    minimum: facts.minimum ?? "",
    multiple: facts.multiple ?? "",
    pointsText: facts.points.join(", "),
  };
}

export function pointsIn(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((point) => point.trim())
    .filter(Boolean);
}

/** A name as a key: plain small letters, digits and hyphens; `taken` keys are told apart by a number. */
export function keyFor(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 32);
  const base = plain || "x";
  if (!taken.includes(base)) return base;
  const number = [...taken.keys()].map((at) => at + 2).find((at) => !taken.includes(`${base}-${at}`));
  return `${base}-${number ?? taken.length + 2}`;
}

/** Keys given once stay for ever, because orders hold them; what is new gets one from its name. */
function keyed<Row extends { key: string; name_fr: string }>(rows: readonly Row[]): Row[] {
  const taken = rows.map((row) => row.key).filter(Boolean);
  return rows.map((row) => {
    if (row.key) return row;
    const key = keyFor(row.name_fr, taken);
    taken.push(key);
    return { ...row, key };
  });
}

function named<Row extends { name_fr: string; name_en: string }>(rows: readonly Row[]): Row[] {
  return rows.filter((row) => row.name_fr.trim() || row.name_en.trim());
}

/** The form's draft as the server takes it. */
export function factsOf({ pointsText, ...draft }: ProductDraft): ProductFacts {
  const characteristics = keyed(named(draft.characteristics)).map((one) => ({
    ...one,
    options: one.kind === "choice" ? keyed(named(one.options)) : [],
  }));
  return {
    ...draft,
    minimum: draft.minimum || null,
    multiple: draft.multiple || null,
    points: draft.sizing === "scale" ? pointsIn(pointsText) : [],
    dimensions: draft.sizing === "dimensions" ? keyed(named(draft.dimensions)).map(bounded) : [],
    characteristics,
  };
}

function bounded(one: Dimension): Dimension {
  return { ...one, minimum: one.minimum?.trim() || null, maximum: one.maximum?.trim() || null };
}

export function newDimension(): Dimension {
  return { key: "", name_fr: "", name_en: "", minimum: null, maximum: null };
}

export function newOption(): Option {
  return { key: "", name_fr: "", name_en: "" };
}

export function newCharacteristic(): Characteristic {
  return { key: "", name_fr: "", name_en: "", kind: "choice", required: false, options: [newOption()] };
}
