import table from "../../../schema/taxes.csv?raw";
import { rowsOf } from "./csv";

/** Which taxes apply where goods are delivered, and since when: the twin of `schema/taxes.py`. */

/** One rate of the table. `rate` is a share of the base: "0.05" for five per cent. Dates are inclusive. */
export interface Tax {
  readonly region: string;
  readonly code: string;
  readonly name_fr: string;
  readonly name_en: string;
  readonly rate: string;
  readonly from: string;
  readonly to: string;
}

const TAXES: readonly Tax[] = rowsOf<keyof Tax>(table);

/** The taxes of a region (two letters) on a day (`YYYY-MM-DD`). */
export function taxesIn(region: string, day: string): Tax[] {
  return TAXES.filter((tax) => tax.region === region && tax.from <= day && (!tax.to || day <= tax.to));
}
