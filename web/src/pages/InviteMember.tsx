import type { JSX } from "preact";
import { api } from "../api/client";
import type { Member, Role } from "../api/shapes";
import { required, unreachable, useForm } from "../app/form";
import { ProblemNotice } from "../app/Page";
import { Button } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { SelectField, TextField } from "../design/Field";
import { t } from "../words";
import { goUnlessUnsaved, Unsaved } from "./Unsaved";

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
    <>
      <Dialog title={t("team.invite")} onClose={() => goUnlessUnsaved(props.onClose)}>
        <form {...form.props}>
          <div class="body stack">
            <p class="quiet">{t("team.invite.lead")}</p>
            <ProblemNotice problem={form.problem} />
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
          </div>
          <footer>
            <Button onClick={props.onClose}>{t("do.cancel")}</Button>
            <Button type="submit" look="primary" busy={form.busy}>
              {t("do.send")}
            </Button>
          </footer>
        </form>
      </Dialog>
      <Unsaved isUnsaved={form.touched} />
    </>
  );
}
