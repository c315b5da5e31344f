import { signal } from "@preact/signals";
import type { Language } from "../api/shapes";

/** A word in one form, or in the two forms that French and English counting need. */
export type Message = string | { one: string; other: string };
export type Values = Record<string, string | number>;

/** The other language of a catalogue: the same keys, each in the same form. */
export type Twin<Words> = {
  [Key in keyof Words]: Words[Key] extends string ? string : { one: string; other: string };
};

export const language = signal<Language>("fr");

/** `fr-CA` or `en-CA`: how numbers, money and dates are written. */
export function locale(): string {
  return `${language.value}-CA`;
}

const rules = new Map<string, Intl.PluralRules>();

function formOf(message: Message, values: Values): string {
  if (typeof message === "string") return message;
  const name = locale();
  const rule = rules.get(name) ?? new Intl.PluralRules(name);
  rules.set(name, rule);
  return rule.select(Number(values.count ?? 0)) === "one" ? message.one : message.other;
}

export function fill(message: Message, values: Values = {}): string {
  return formOf(message, values).replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/** French puts a space inside its quotation marks and before a colon, where no line may break. */
function bound(text: string): string {
  return text.replace(/ (?=[:»])/g, "\u00a0").replaceAll("« ", "«\u00a0");
}

/** A `t` over two catalogues with the same keys; reading it in a view redraws the view when the language changes. */
export function translator<Words extends Record<string, Message>>(fr: Words, en: Twin<Words>) {
  return (key: keyof Words & string, values?: Values): string => {
    const words: Record<string, Message> = language.value === "fr" ? fr : (en as Record<string, Message>);
    const text = fill(words[key] ?? key, values);
    return language.value === "fr" ? bound(text) : text;
  };
}
