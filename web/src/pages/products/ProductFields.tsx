import type { ComponentChildren, JSX } from "preact";
import { type TaxClass, UNITS, type Unit } from "../../api/shapes";
import type { Faults } from "../../app/form";
import { CheckField, DecimalField, SelectField, TextArea, TextField } from "../../design/Field";
import { t } from "../../words";
import type { ProductDraft } from "./productFile";

export interface ProductFieldsProps {
  values: ProductDraft;
  faults: Faults;
  set: (change: Partial<ProductDraft>) => void;
  readOnly: boolean;
}

const TAXES: readonly TaxClass[] = ["standard", "zero", "exempt"];

export function IdentityFields(props: ProductFieldsProps & { children: ComponentChildren }): JSX.Element {
  const { values, faults, set, readOnly } = props;
  const text = (name: "name_fr" | "name_en" | "description_fr" | "description_en") => ({
    label: t(`product.${name}`),
    value: values[name],
    fault: faults[name],
    readOnly,
    onValue: (value: string) => set({ [name]: value }),
  });
  return (
    <section class="card padded stack">
      <h2>{t("product.identity")}</h2>
      <div class="two">
        <TextField
          label={t("product.code")}
          required
          readOnly={readOnly}
          value={values.code}
          fault={faults.code}
          onValue={(code) => set({ code })}
        />
        {props.children}
      </div>
      <div class="two">
        <TextField {...text("name_fr")} required />
        <TextField {...text("name_en")} optional />
        <TextArea {...text("description_fr")} optional />
        <TextArea {...text("description_en")} optional />
      </div>
    </section>
  );
}

export function SellingFields({ values, faults, set, readOnly }: ProductFieldsProps): JSX.Element {
  const amount = (name: "price" | "minimum" | "multiple") => ({
    label: t(`product.${name}`),
    value: values[name],
    fault: faults[name],
    readOnly,
    onValue: (value: string) => set({ [name]: value }),
  });
  return (
    <section class="card padded stack">
      <h2>{t("product.selling")}</h2>
      <div class="two">
        <DecimalField {...amount("price")} hint={t("product.price.hint")} />
        <SelectField<Unit>
          label={t("product.unit")}
          disabled={readOnly}
          value={values.unit}
          fault={faults.unit}
          choices={UNITS.map((value) => ({ value, label: t(`unit.${value}`) }))}
          onValue={(unit) => set({ unit })}
        />
        <SelectField
          label={t("product.decimals")}
          disabled={readOnly}
          value={String(values.decimals)}
          fault={faults.decimals}
          choices={["0", "1", "2", "3"].map((value) => ({ value, label: value }))}
          onValue={(decimals) => set({ decimals: Number(decimals) })}
        />
        <SelectField<TaxClass>
          label={t("product.tax_class")}
          disabled={readOnly}
          value={values.tax_class}
          choices={TAXES.map((value) => ({ value, label: t(`tax.${value}`) }))}
          onValue={(tax_class) => set({ tax_class })}
        />
        <DecimalField {...amount("minimum")} optional />
        <DecimalField {...amount("multiple")} optional />
      </div>
      <CheckField
        label={t("product.hidden")}
        hint={t("product.hidden.hint")}
        disabled={readOnly}
        value={values.hidden}
        onValue={(hidden) => set({ hidden })}
      />
    </section>
  );
}
