import type { JSX } from "preact";
import { api } from "../../api/client";
import { type NewToken, SCOPES, type Scope } from "../../api/shapes";
import { required, useForm } from "../../app/form";
import { me } from "../../app/session";
import { CheckField, SelectField, TextField } from "../../design/Field";
import { t } from "../../words";
import { FormWindow } from "../forms/FormWindow";

const DAYS = ["90", "365", ""] as const;

export function CreateToken(props: { onClose: () => void; onMade: (token: NewToken) => void }): JSX.Element {
  const form = useForm<{ name: string; scopes: Scope[]; days: string }>(
    { name: "", scopes: ["read"], days: "365" },
    async ({ name, scopes, days }) =>
      props.onMade(
        await api.post<NewToken>("/api/tokens", { name, scopes, days: days ? Number(days) : null }),
      ),
    (values) => ({
      ...required(values, "name"),
      ...(values.scopes.length === 0 && { scopes: t("fault.required") }),
    }),
  );
  const { values, faults, set } = form;
  // Who only buys has no stock that a program could keep.
  const offered = SCOPES.filter((scope) => scope !== "stock" || me.value?.company.supplies);
  const grant = (scope: Scope, given: boolean) =>
    set({ scopes: SCOPES.filter((one) => (one === scope ? given : values.scopes.includes(one))) });
  return (
    <FormWindow title={t("tokens.new")} form={form} action={t("tokens.new")} onClose={props.onClose}>
      <TextField
        label={t("tokens.name")}
        hint={t("tokens.name.hint")}
        required
        value={values.name}
        fault={faults.name}
        onValue={(name) => set({ name })}
      />
      <fieldset class="stack-s">
        <legend class="legend">{t("tokens.scopes")}</legend>
        {offered.map((scope) => (
          <CheckField
            key={scope}
            label={t(`tokens.scope.${scope}`)}
            value={values.scopes.includes(scope)}
            onValue={(given) => grant(scope, given)}
          />
        ))}
        {faults.scopes && <p class="small danger-text">{faults.scopes}</p>}
      </fieldset>
      <SelectField
        label={t("tokens.days")}
        value={values.days}
        choices={DAYS.map((value) => ({
          value,
          label: value ? t("tokens.days.count", { count: Number(value) }) : t("tokens.days.ever"),
        }))}
        onValue={(days) => set({ days })}
      />
    </FormWindow>
  );
}
