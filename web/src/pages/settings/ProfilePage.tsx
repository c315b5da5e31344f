import type { JSX } from "preact";
import { api } from "../../api/client";
import type { Language, Me } from "../../api/shapes";
import { required, useForm } from "../../app/form";
import { ProblemNotice } from "../../app/Page";
import { chooseLanguage, me, signedIn } from "../../app/session";
import { chooseTheme, THEMES, type Theme, theme } from "../../app/theme";
import { Button } from "../../design/Button";
import { Segments, TextField } from "../../design/Field";
import { say } from "../../design/Toast";
import { language, t } from "../../words";
import { newPasswordFaults } from "../doors/Reset";
import { Secret } from "../doors/Secret";
import { Unsaved } from "../forms/Unsaved";
import { Settings } from "./Settings";

export function Profile(): JSX.Element | null {
  const present = me.value;
  if (!present) return null;
  return (
    <Settings>
      <Identity present={present} />
      <Looks />
      <Password present={present} />
      <OtherDevices />
    </Settings>
  );
}

function Identity({ present }: { present: Me }): JSX.Element {
  const form = useForm(
    { name: present.user.name },
    async (values) => {
      signedIn(await api.patch<Me>("/api/me", values));
      say(t("saved"));
    },
    (values) => required(values, "name"),
  );
  return (
    <form class="card padded stack" {...form.props}>
      <Unsaved isUnsaved={form.touched} />
      <ProblemNotice problem={form.problem} />
      <div class="two">
        <TextField
          label={t("profile.name")}
          autoComplete="name"
          required
          value={form.values.name}
          fault={form.faults.name}
          onValue={(name) => form.set({ name })}
        />
        <TextField
          label={t("profile.email")}
          hint={t("profile.email.hint")}
          readOnly
          value={present.user.email}
          onValue={() => undefined}
        />
      </div>
      <div class="bar">
        <Button type="submit" busy={form.busy} disabled={!form.touched}>
          {t("do.save")}
        </Button>
      </div>
    </form>
  );
}

function Looks(): JSX.Element {
  return (
    <section class="card padded two" aria-label={t("menu.theme")}>
      <Segments<Language>
        label={t("profile.language")}
        value={language.value}
        choices={[
          { value: "fr", label: t("language.fr") },
          { value: "en", label: t("language.en") },
        ]}
        onValue={(next) => void chooseLanguage(next).catch(() => say(t("problem.offline")))}
      />
      <Segments<Theme>
        label={t("menu.theme")}
        value={theme.value}
        choices={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
        onValue={chooseTheme}
      />
    </section>
  );
}

function Password({ present }: { present: Me }): JSX.Element {
  const known = present.user.has_password;
  const form = useForm(
    { current: "", password: "", again: "" },
    async ({ current, password }) => {
      await api.post("/api/me/password", known ? { current, password } : { password });
      signedIn({ ...present, user: { ...present.user, has_password: true } });
      form.set({ current: "", password: "", again: "" });
      say(t("profile.password.changed"));
    },
    (values) => ({ ...(known && required(values, "current")), ...newPasswordFaults(values) }),
  );
  const { values, faults, set } = form;
  return (
    <form class="card padded stack" {...form.props}>
      <Unsaved isUnsaved={form.touched} />
      <h2>{t("profile.password")}</h2>
      {!known && <p class="quiet">{t("profile.password.none")}</p>}
      <ProblemNotice problem={form.problem} />
      {known && (
        <div class="two">
          <Secret
            label={t("profile.password.current")}
            value={values.current}
            fault={faults.current}
            onValue={(current) => set({ current })}
          />
        </div>
      )}
      <div class="two">
        <Secret
          fresh
          label={t("reset.password")}
          hint={t("reset.hint")}
          value={values.password}
          fault={faults.password}
          onValue={(password) => set({ password })}
        />
        <Secret
          fresh
          label={t("reset.again")}
          value={values.again}
          fault={faults.again}
          onValue={(again) => set({ again })}
        />
      </div>
      <div class="bar">
        <Button type="submit" busy={form.busy}>
          {t(known ? "profile.password.do" : "profile.password.set")}
        </Button>
      </div>
    </form>
  );
}

function OtherDevices(): JSX.Element {
  const form = useForm({}, async () => {
    await api.remove("/api/me/sessions");
    say(t("profile.sessions.done"));
  });
  return (
    <form class="card padded stack" {...form.props}>
      <h2>{t("profile.sessions")}</h2>
      <p class="quiet">{t("profile.sessions.lead")}</p>
      <ProblemNotice problem={form.problem} />
      <div class="bar">
        <Button type="submit" icon="out" busy={form.busy}>
          {t("profile.sessions.do")}
        </Button>
      </div>
    </form>
  );
}
