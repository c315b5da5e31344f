import type { JSX } from "preact";
import { api } from "../../api/client";
import type { Member, Role } from "../../api/shapes";
import { required, unreachable, useForm } from "../../app/form";
import { SelectField, TextField } from "../../design/Field";
import { t } from "../../words";
import { FormWindow } from "../forms/FormWindow";

const ROLES: readonly Role[] = ["standard", "viewer", "manager"];

export function InviteMember(props: {
  onClose: () => void;
  onInvited: (member: Member) => void;
}): JSX.Element {
  const form = useForm<{ name: string; email: string; role: Role }>(
    { name: "", email: "", role: "standard" },
    async (values) => props.onInvited(await api.post<Member>("/api/team", values)),
    (values) => ({ ...unreachable(values, "email"), ...required(values, "name", "email") }),
  );
  const { values, faults, set } = form;
  return (
    <FormWindow
      title={t("team.invite")}
      lead={t("team.invite.lead")}
      form={form}
      action={t("do.send")}
      onClose={props.onClose}
    >
      <TextField
        label={t("team.name")}
        required
        value={values.name}
        fault={faults.name}
        onValue={(name) => set({ name })}
      />
      <TextField
        label={t("team.email")}
        type="email"
        required
        value={values.email}
        fault={faults.email}
        onValue={(email) => set({ email })}
      />
      <SelectField<Role>
        label={t("team.role")}
        hint={t(`role.${values.role}.hint`)}
        value={values.role}
        choices={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        onValue={(role) => set({ role })}
      />
    </FormWindow>
  );
}
