import type { JSX } from "preact";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import type { Me } from "../../api/shapes";
import { type Faults, required, useForm } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { signedIn } from "../../app/session";
import { Button, ButtonLink } from "../../design/Button";
import { TextField } from "../../design/Field";
import { t } from "../../words";
import { Door } from "./Door";
import { LinkDoor } from "./LinkDoor";
import { Secret, SHORTEST } from "./Secret";

interface NewPassword {
  password: string;
  again: string;
}

export function newPasswordFaults(values: NewPassword): Faults {
  const missing = required(values, "password", "again");
  if (Object.keys(missing).length > 0) return missing;
  if (values.password.length < SHORTEST) return { password: t("fault.password") };
  return values.password === values.again ? {} : { again: t("fault.same") };
}

export function Reset({ params }: { params?: { token?: string } }): JSX.Element {
  const token = params?.token ?? "";
  return (
    <LinkDoor<{ email: string }>
      path={`/api/password/reset/${encodeURIComponent(token)}`}
      welcome={({ email }) => <Choose token={token} email={email} />}
      gone="enter.used"
      lead="reset.used.lead"
      instead={
        <>
          <ButtonLink look="primary" wide href="/forgot">
            {t("reset.another")}
          </ButtonLink>
          <ButtonLink wide href="/sign-in">
            {t("sign_in.title")}
          </ButtonLink>
        </>
      }
    />
  );
}

function Choose({ token, email }: { token: string; email: string }): JSX.Element {
  const { route } = useLocation();
  const form = useForm<NewPassword>(
    { password: "", again: "" },
    async ({ password }) => {
      signedIn(await api.post<Me>("/api/password/reset", { token, password }));
      route("/", true);
    },
    newPasswordFaults,
  );
  return (
    <Door title={t("reset.title")}>
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <TextField
          label={t("sign_in.email")}
          type="email"
          autoComplete="username"
          readOnly
          value={email}
          onValue={() => undefined}
        />
        <Secret
          fresh
          label={t("reset.password")}
          hint={t("reset.hint")}
          value={form.values.password}
          fault={form.faults.password}
          onValue={(password) => form.set({ password })}
        />
        <Secret
          fresh
          label={t("reset.again")}
          value={form.values.again}
          fault={form.faults.again}
          onValue={(again) => form.set({ again })}
        />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("reset.do")}
        </Button>
      </form>
      <a class="line-link small" href="/forgot">
        {t("reset.another")}
      </a>
    </Door>
  );
}
