import type { JSX } from "preact";
import type { DimensionUnit, Sizing } from "../../api/shapes";
import { Segments, SelectField, TextField } from "../../design/Field";
import { t } from "../../words";
import { Rows } from "../forms/Rows";
import type { ProductFieldsProps } from "./ProductFields";
import { newDimension } from "./productFile";

const SIZINGS: readonly Sizing[] = ["none", "scale", "dimensions"];
const DIMENSION_UNITS: readonly DimensionUnit[] = ["in", "mm", "cm"];

/** No size, a scale of sizes, or dimensions. */
export function SizingFields(props: ProductFieldsProps): JSX.Element {
  const { values, faults, set, readOnly } = props;
  const choose = (sizing: Sizing) => {
    const dimensions = values.dimensions.length > 0 ? values.dimensions : [newDimension()];
    set({ sizing, ...(sizing === "dimensions" && { dimensions }) });
  };
  return (
    <section class="card padded stack">
      <h2>{t("product.sizing")}</h2>
      <div class="stack-s">
        <Segments<Sizing>
          bare
          label={t("product.sizing")}
          value={values.sizing}
          disabled={readOnly}
          choices={SIZINGS.map((value) => ({ value, label: t(`product.sizing.${value}`) }))}
          onValue={choose}
        />
        <p class="faint small">{t(`product.sizing.${values.sizing}.hint`)}</p>
      </div>
      {values.sizing === "scale" && (
        <TextField
          label={t("product.points")}
          hint={t("product.points.hint")}
          placeholder="S, M, L, XL"
          readOnly={readOnly}
          value={values.pointsText}
          fault={
            faults.points ?? faults[Object.keys(faults).find((name) => name.startsWith("points.")) ?? ""]
          }
          onValue={(pointsText) => set({ pointsText })}
        />
      )}
      {values.sizing === "dimensions" && <Dimensions {...props} />}
    </section>
  );
}

function Dimensions({ values, faults, set, readOnly }: ProductFieldsProps): JSX.Element {
  return (
    <>
      <SelectField<DimensionUnit>
        label={t("product.dimension_unit")}
        disabled={readOnly}
        value={values.dimension_unit}
        choices={DIMENSION_UNITS.map((value) => ({ value, label: t(`dimension_unit.${value}`) }))}
        onValue={(dimension_unit) => set({ dimension_unit })}
      />
      <Rows
        title={t("product.sizing.dimensions")}
        add={t("product.dimension.add")}
        rows={values.dimensions}
        blank={newDimension}
        readOnly={readOnly}
        onRows={(dimensions) => set({ dimensions })}
        name={(count) => t("product.dimension", { count })}
        row={(one, index, change) => (
          <div class="two">
            {(["name_fr", "name_en", "minimum", "maximum"] as const).map((name) => (
              <TextField
                key={name}
                label={t(
                  name === "minimum" || name === "maximum" ? `product.dimension.${name}` : `product.${name}`,
                )}
                optional={name !== "name_fr"}
                readOnly={readOnly}
                value={one[name] ?? ""}
                fault={faults[`dimensions.${index}.${name}`]}
                onValue={(value) => change({ [name]: value })}
              />
            ))}
          </div>
        )}
      />
    </>
  );
}
