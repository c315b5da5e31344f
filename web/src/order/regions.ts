import table from "../../../schema/regions.csv?raw";
import { rowsOf } from "./csv";

/** Which province or territory people mean, however they write it: the twin of `schema/regions.py`. */

/** What an address or a company says of where it is; anything else in it is passed over. */
export interface Place {
  readonly region?: unknown;
  readonly country?: unknown;
}

const HOME = ["ca", "can", "canada"];
const REGIONS = new Map(rowsOf(table).map(({ name, region }) => [plain(name ?? ""), region]));

/**
 * The two letters of a place's province, for its taxes; empty where it tells none, so that another place is asked.
 * A place in another country keeps what it says, which bears no tax of ours, or else its country.
 */
export function regionAt(place: Place): string {
  const [region, country] = [place.region, place.country].map((text) => (text ? String(text) : ""));
  if (country && !HOME.includes(plain(country))) return `${country}-${region}`;
  return REGIONS.get(plain(region ?? "")) ?? (country ? "" : (region ?? ""));
}

/** Capitals, accents, and whatever is no letter make no difference. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[^a-z]/g, "");
}
