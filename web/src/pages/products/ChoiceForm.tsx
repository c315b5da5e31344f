import type { JSX } from "preact";
import type { Characteristic, Product } from "../../api/shapes";
import { useForm } from "../../app/form";
import { Button } from "../../design/Button";
import { DecimalField, SelectField, TextField } from "../../design/Field";
import { named, t } from "../../words";
import { boundsOf, type Choices, choiceFaults, firstChoices, settledChoices, stepsOf } from "./choices";

/** What a product asks before it can be a line: characteristics, sizes or dimensions, quantity. */
export function ChoiceForm(props: {
  product: Product;
  isBound: boolean;
  onAdd: (choices: Choices) => void;
  onCancel: () => void;
}): JSX.Element {
  const { product } = props;
  const form = useForm(
    firstChoices(product),
    async (values) => props.onAdd(settledChoices(product, values)),
    (values) => choiceFaults(product, values, props.isBound),
  );
  const { values, faults, set } = form;
  return (
    <form class="add-form" {...form.props}>
      <div class="add-fields">
        {product.characteristics.map((one) => (
          <CharacteristicField
            key={one.key}
            characteristic={one}
            value={values.characteristics[one.key] ?? ""}
            fault={faults[`characteristics.${one.key}`]}
            onValue={(value) => set({ characteristics: { ...values.characteristics, [one.key]: value } })}
          />
        ))}
        {product.sizing === "dimensions" &&
          product.dimensions.map((one) => (
            <TextField
              key={one.key}
              label={`${named(one)} (${t(`dimension_unit.${product.dimension_unit}`)})`}
              hint={boundsOf(one) || t("add.measure")}
              required
              value={values.dimensions[one.key] ?? ""}
              fault={faults[`dimensions.${one.key}`]}
              onValue={(value) => set({ dimensions: { ...values.dimensions, [one.key]: value } })}
            />
          ))}
        {product.sizing !== "scale" && (
          <DecimalField
            label={t("add.quantity")}
            hint={stepsOf(product)}
            value={values.quantity ?? ""}
            fault={faults.quantity}
            onValue={(quantity) => set({ quantity })}
          />
        )}
      </div>
      {product.sizing === "scale" && (
        <fieldset class={faults.quantity ? "add-scale faulty" : "add-scale"}>
          <legend class="legend">
            {[t("add.quantities"), stepsOf(product)].filter(Boolean).join("\u00a0· ")}
          </legend>
          {product.points.map((point, index) => (
            <DecimalField
              key={point}
              label={point}
              value={values.quantities[point] ?? ""}
              fault={index === 0 ? faults.quantity : undefined}
              onValue={(value) => set({ quantities: { ...values.quantities, [point]: value } })}
            />
          ))}
        </fieldset>
      )}
      <div class="bar">
        <Button type="submit" look="primary" small icon="plus">
          {t("add.line")}
        </Button>
        <Button small look="plain" onClick={props.onCancel}>
          {t("do.cancel")}
        </Button>
      </div>
    </form>
  );
}

function CharacteristicField(props: {
  characteristic: Characteristic;
  value: string;
  fault: string | undefined;
  onValue: (value: string) => void;
}): JSX.Element {
  const { characteristic: one, value, fault, onValue } = props;
  const shared = { label: named(one), fault, value, onValue, optional: !one.required };
  if (one.kind === "number") return <DecimalField {...shared} />;
  if (one.kind === "text") return <TextField {...shared} maxLength={200} />;
  const choices = one.options.map((option) => ({ value: option.key, label: named(option) }));
  return <SelectField {...shared} choices={[{ value: "", label: t("add.choose_one") }, ...choices]} />;
}
