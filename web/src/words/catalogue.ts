import { batch, signal } from "@preact/signals";
import type { Language } from "../api/shapes";
import { isolated } from "../order/isolated";
import type { texts as French } from "./texts.fr";

/** A word in one form, or in the two forms that French and English counting need. */
export type Message = string | { one: string; other: string };
export type Values = Record<string, string | number>;

/** The other language of a catalogue: the same keys, each in the same form. */
export type Twin<Words> = {
  [Key in keyof Words]: Words[Key] extends string ? string : { one: string; other: string };
};

type Parts = typeof French;
type Catalogues = Readonly<Record<keyof Parts, Record<string, Message>>>;

/** The language of everything on the page; see `turnTo`. */
export const language = signal<Language>("fr");
/** Whether there are texts to show: a page that has none yet shows nothing that must be read. */
export const isSpoken = signal(false);

const SOURCES: Record<Language, () => Promise<{ texts: Catalogues }>> = {
  fr: () => import("./texts.fr"),
  en: () => import("./texts.en"),
};
const learnt: Partial<Record<Language, Catalogues>> = {};
let wanted: Language | null = null;

/** Has a language's texts here. They come from the server, or from the worker's files where those are on this device. */
export async function learn(next: Language): Promise<void> {
  learnt[next] ??= (await SOURCES[next]()).texts;
}

/** Turns the page to a language once its texts are here; the last one asked for stays. Raises where they cannot come. */
export async function turnTo(next: Language): Promise<void> {
  wanted = next;
  if (!learnt[next]) await learn(next);
  if (wanted !== next && isSpoken.peek()) return;
  batch(() => {
    language.value = next;
    isSpoken.value = true;
  });
}

/** `fr-CA` or `en-CA`: how numbers, money and dates are written. */
export function locale(): string {
  return `${language.value}-CA`;
}

const rules = new Map<string, Intl.PluralRules>();
const counters = new Map<string, Intl.NumberFormat>();

function formOf(message: Message, values: Values): string {
  if (typeof message === "string") return message;
  const name = locale();
  const rule = rules.get(name) ?? new Intl.PluralRules(name);
  rules.set(name, rule);
  return rule.select(Number(values.count ?? 0)) === "one" ? message.one : message.other;
}

/** `3 941` and `3,941`; what is only numbered, as a line is, keeps its digits together. */
function written(name: string, value: string | number): string {
  if (typeof value === "string" || name === "number") return isolated(String(value));
  const counter = counters.get(locale()) ?? new Intl.NumberFormat(locale());
  counters.set(locale(), counter);
  return counter.format(value);
}

export function fill(message: Message, values: Values = {}): string {
  return formOf(message, values).replace(/\{(\w+)\}/g, (hole, name: string) =>
    written(name, values[name] ?? hole),
  );
}

/** French puts a space inside its quotation marks and before a colon, where no line may break. */
function bound(text: string): string {
  return text.replace(/ (?=[:»])/g, "\u00a0").replaceAll("« ", "«\u00a0");
}

/** `Compte : Anna` and `Account: Anna`: a thing under its name. */
export function labelled(name: string, thing: string | number): string {
  return language.value === "fr" ? bound(`${name} : ${thing}`) : `${name}: ${thing}`;
}

/** The `t` of a part's texts; reading it in a view redraws the view when the language changes. */
export function translator<Part extends keyof Parts>(part: Part) {
  return translatorOf<keyof Parts[Part] & string>((spoken) => learnt[spoken]?.[part]);
}

/** The same of texts that come with the page that says them, in both languages, and with no other. */
export function translatorOf<Key extends string>(
  wordsIn: (spoken: Language) => Readonly<Record<string, Message>> | undefined,
) {
  return (key: Key, values?: Values): string => {
    const words = isSpoken.value ? wordsIn(language.value) : undefined;
    const text = words ? fill(words[key] ?? key, values) : "";
    return language.value === "fr" ? bound(text) : text;
  };
}

/** Whether a part has a text under a name that comes from the server, which may be later than this version. */
export function says<Part extends keyof Parts>(part: Part, key: string): key is keyof Parts[Part] & string {
  return key in (learnt[language.value]?.[part] ?? {});
}
