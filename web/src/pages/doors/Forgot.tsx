import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { required, useForm } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { Button, ButtonLink } from "../../design/Button";
import { TextField } from "../../design/Field";
import { type Key, t } from "../../words";
import { Door } from "./Door";

/** Ask for a link that lets one choose a new password. */
export function Forgot(): JSX.Element {
  return <AskMail path="/api/password/forgot" title="forgot.title" lead="forgot.lead" />;
}

/** Ask for a link that signs in. */
export function AskLink(): JSX.Element {
  return <AskMail path="/api/links" title="link.title" lead="link.lead" />;
}

function AskMail({ path, title, lead }: { path: string; title: Key; lead: Key }): JSX.Element {
  const [sent, setSent] = useState<string | null>(null);
  const form = useForm(
    { email: "" },
    async (values) => {
      await api.post(path, values);
      setSent(values.email);
    },
    (values) => required(values, "email"),
  );
  if (sent) return <Sent email={sent} />;
  return (
    <Door title={t(title)} lead={t(lead)}>
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <TextField
          label={t("sign_in.email")}
          type="email"
          autoComplete="email"
          autoFocus
          required
          value={form.values.email}
          fault={form.faults.email}
          onValue={(email) => form.set({ email })}
        />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("forgot.do")}
        </Button>
      </form>
      <a class="line-link small" href="/sign-in">
        {t("sign_in.title")}
      </a>
    </Door>
  );
}

function Sent({ email }: { email: string }): JSX.Element {
  return (
    <Door title={t("sent.title")} lead={t("sent.lead", { email })}>
      <ButtonLink href="/sign-in" wide>
        {t("sign_in.title")}
      </ButtonLink>
    </Door>
  );
}
