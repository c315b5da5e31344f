import type { JSX } from "preact";
import type { Characteristic, Option } from "../../api/shapes";
import type { Faults } from "../../app/form";
import { CheckField, SelectField, TextField } from "../../design/Field";
import { t } from "../../words";
import { Rows } from "../forms/Rows";
import type { ProductFieldsProps } from "./ProductFields";
import { newCharacteristic, newOption } from "./productFile";

const KINDS = ["choice", "text", "number"] as const;

/** What the client is asked about each line of the product. */
export function CharacteristicsFields({ values, faults, set, readOnly }: ProductFieldsProps): JSX.Element {
  return (
    <section class="card padded">
      <Rows
        title={t("product.characteristics")}
        add={t("product.characteristic.add")}
        empty={t("product.characteristics.lead")}
        rows={values.characteristics}
        blank={newCharacteristic}
        readOnly={readOnly}
        onRows={(characteristics) => set({ characteristics })}
        name={(count) => t("product.characteristic", { count })}
        row={(row, index, change) => (
          <CharacteristicFields {...{ row, faults, readOnly, change }} path={`characteristics.${index}`} />
        )}
      />
    </section>
  );
}

function CharacteristicFields(props: {
  row: Characteristic;
  path: string;
  faults: Faults;
  readOnly: boolean;
  change: (part: Partial<Characteristic>) => void;
}): JSX.Element {
  const { row, path, faults, readOnly, change } = props;
  return (
    <div class="characteristic">
      <Names {...{ row, path, faults, readOnly, change }} />
      <div class="two">
        <SelectField<Characteristic["kind"]>
          label={t("product.characteristic.kind")}
          disabled={readOnly}
          value={row.kind}
          choices={KINDS.map((value) => ({ value, label: t(`product.characteristic.kind.${value}`) }))}
          onValue={(kind) => change({ kind })}
        />
        <CheckField
          label={t("product.characteristic.required")}
          disabled={readOnly}
          value={row.required}
          onValue={(required) => change({ required })}
        />
      </div>
      {row.kind === "choice" && (
        <div class="stack">
          <Rows
            title={t("product.options")}
            add={t("product.option.add")}
            rows={row.options}
            blank={newOption}
            readOnly={readOnly}
            onRows={(options) => change({ options })}
            row={(option, index, changeOption) => (
              <div class="option-fields">
                {(["name_fr", "name_en"] as const).map((name) => (
                  <TextField
                    key={name}
                    bare
                    label={`${t("product.option", { count: index + 1 })}, ${t(`product.${name}`)}`}
                    placeholder={t(`product.${name}`)}
                    readOnly={readOnly}
                    value={option[name]}
                    fault={
                      faults[`${path}.options.${index}.${name}`] ?? faults[`${path}.options.${index}.key`]
                    }
                    onValue={(value) => changeOption({ [name]: value })}
                  />
                ))}
              </div>
            )}
          />
          {faults[`${path}.options`] && <p class="small danger-text">{faults[`${path}.options`]}</p>}
        </div>
      )}
    </div>
  );
}

function Names(props: {
  row: Option;
  path: string;
  faults: Faults;
  readOnly: boolean;
  change: (part: Partial<Option>) => void;
}): JSX.Element {
  return (
    <div class="two">
      {(["name_fr", "name_en"] as const).map((name) => (
        <TextField
          key={name}
          label={t(`product.${name}`)}
          optional={name === "name_en"}
          readOnly={props.readOnly}
          value={props.row[name]}
          fault={props.faults[`${props.path}.${name}`]}
          onValue={(value) => props.change({ [name]: value })}
        />
      ))}
    </div>
  );
}
