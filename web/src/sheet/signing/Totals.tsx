import { formatDecimal } from "../../order/display";
import { useSheet } from "../context";
import { useCurrency } from "../hooks";
import { language, money, say } from "../words";

/** What the order amounts to, with one line for each tax. */
export function TotalsTable() {
  const { totals } = useSheet().standing.value;
  return (
    <dl class="totals" aria-label={say("totals.label")}>
      <TotalParts />
      <Amount name={say("totals.total")} amount={money(totals.total, useCurrency())} isTotal />
    </dl>
  );
}

/** What leads to the total. */
export function TotalParts() {
  const { totals } = useSheet().standing.value;
  const currency = useCurrency();
  const hasFreight = totals.freight !== "0.00";
  return (
    <>
      {hasFreight && <Amount name={say("totals.freight")} amount={money(totals.freight, currency)} />}
      <Amount name={say("totals.subtotal")} amount={money(totals.subtotal, currency)} />
      {totals.taxes.map((tax) => (
        <Amount
          key={tax.code}
          name={`${language.value === "en" ? tax.name_en : tax.name_fr} ${percent(tax.rate)}`}
          amount={money(tax.amount, currency)}
        />
      ))}
    </>
  );
}

function Amount({ name, amount, isTotal }: { name: string; amount: string; isTotal?: boolean }) {
  return (
    <div class={isTotal ? "totals-one is-total" : "totals-one"}>
      <dt>{name}</dt>
      <dd data-total={isTotal ? "total" : undefined}>{amount}</dd>
    </div>
  );
}

/** `0.09975` → `9,975 %`. */
function percent(rate: string): string {
  const [whole = "", decimals = ""] = rate.split(".");
  const digits = decimals.padEnd(2, "0");
  const shifted = `${whole}${digits.slice(0, 2)}.${digits.slice(2) || "0"}`.replace(/^0+(?=\d)/, "");
  return `${formatDecimal(shifted, language.value)}${language.value === "fr" ? "\u00a0" : ""}%`;
}
