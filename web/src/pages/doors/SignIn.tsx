import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api } from "../../api/client";
import type { Me } from "../../api/shapes";
import { required, useForm } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { me, safePlace, session, signedIn } from "../../app/session";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Empty";
import { TextField } from "../../design/Field";
import { t } from "../../words";
import { Door } from "./Door";
import { Secret } from "./Secret";

export function SignIn(): JSX.Element {
  const { query, route } = useLocation();
  const form = useForm(
    { email: "", password: "" },
    async (values) => signedIn(await api.post<Me>("/api/login", values)),
    (values) => required(values, "email", "password"),
  );
  const here = me.value !== null;
  useEffect(() => {
    if (here) route(safePlace(query.to), true);
  }, [here]);
  const lost = session.value.state === "out" && session.value.lost;
  return (
    <Door title={t("sign_in.title")}>
      {lost && !form.problem && <Notice>{t("sign_in.lost")}</Notice>}
      <ProblemNotice problem={form.problem} />
      <form class="stack" {...form.props}>
        <TextField
          label={t("sign_in.email")}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          required
          value={form.values.email}
          fault={form.faults.email}
          onValue={(email) => form.set({ email })}
        />
        <Secret
          label={t("sign_in.password")}
          value={form.values.password}
          fault={form.faults.password}
          onValue={(password) => form.set({ password })}
        />
        <Button type="submit" look="primary" wide busy={form.busy}>
          {t("sign_in.do")}
        </Button>
      </form>
      <div class="stack-s small">
        <a class="line-link" href="/forgot">
          {t("sign_in.forgot")}
        </a>
        <a class="line-link" href="/link">
          {t("sign_in.link")}
        </a>
      </div>
    </Door>
  );
}
