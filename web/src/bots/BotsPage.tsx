import type { JSX } from "preact";
import { api } from "../api/client";
import { useForm } from "../app/form";
import { useLoad } from "../app/load";
import { ProblemNotice } from "../app/Page";
import { may } from "../app/session";
import { Unread } from "../app/Unread";
import { Loading, Notice } from "../design/Empty";
import { CheckField, DecimalField, TextField } from "../design/Field";
import { Icon } from "../design/icons";
import { say as announce } from "../design/Toast";
import { FormFoot } from "../pages/forms/FormFoot";
import { Settings } from "../pages/settings/Settings";
import { t } from "../words";
import { type BotForm, type BotSettings, faultsIn, formOf, MODES, type Mode, settingsOf } from "./settings";
import { say } from "./words";
import "./bots.css";

/** How the company's robots work. `/settings/bots`. */
export function Bots(): JSX.Element {
  const { loaded, retry } = useLoad<BotSettings>("/api/bots");
  return (
    <Settings>
      <p class="quiet">{say("lead")}</p>
      {loaded.state === "loading" && <Loading />}
      {loaded.state === "failed" && <Unread problem={loaded.problem} onRetry={retry} />}
      {loaded.state === "ready" && <BotsForm settings={loaded.value} />}
    </Settings>
  );
}

function BotsForm({ settings }: { settings: BotSettings }): JSX.Element {
  const form = useForm<BotForm>(
    formOf(settings),
    async (values) => {
      form.set(formOf(await api.patch<BotSettings>("/api/bots", settingsOf(values))));
      announce(say("kept"));
    },
    faultsIn,
  );
  const readOnly = !may("manager");
  const part = { values: form.values, faults: form.faults, set: form.set, readOnly };
  return (
    <form class="stack" {...form.props}>
      {readOnly && <Notice>{say("readonly")}</Notice>}
      {form.values.paused && !form.touched && <Notice>{say("paused.now")}</Notice>}
      <ProblemNotice problem={form.problem} />
      <StockRobot {...part} />
      <Reminders {...part} />
      <section class="card padded stack">
        <CheckField
          label={say("paused")}
          hint={say("paused.hint")}
          value={form.values.paused}
          disabled={readOnly}
          onValue={(paused) => form.set({ paused })}
        />
      </section>
      {may("manager") && (
        <p class="quiet small">
          {say("tokens")} <a href="/settings/tokens">{t("settings.tokens")}</a>
        </p>
      )}
      {!readOnly && <FormFoot form={form} />}
    </form>
  );
}

interface Part {
  readonly values: BotForm;
  readonly faults: Record<string, string>;
  readonly set: (change: Partial<BotForm>) => void;
  readonly readOnly: boolean;
}

function StockRobot({ values, faults, set, readOnly }: Part): JSX.Element {
  return (
    <section class="card padded stack">
      <div class="stack-s">
        <h2 class="robot-title">
          <Icon name="robot" size={20} />
          {say("stock.title")}
        </h2>
        <p class="quiet">{say("stock.lead")}</p>
        <p>
          <a class="line-link" href="/stock">
            {say("stock_page")}
          </a>
        </p>
      </div>
      <fieldset class="stack-s" disabled={readOnly}>
        <legend class="legend">{say("mode")}</legend>
        {MODES.map((mode) => (
          <ModeChoice key={mode} mode={mode} chosen={values.mode} onChoose={() => set({ mode })} />
        ))}
      </fieldset>
      {values.mode === "send_within_tolerance" && (
        <div class="two robot-tolerance">
          <DecimalField
            label={say("percent")}
            hint={say("percent.hint")}
            value={values.percent}
            fault={faults.tolerance_percent}
            readOnly={readOnly}
            onValue={(percent) => set({ percent })}
          />
          <TextField
            label={say("days")}
            hint={say("days.hint")}
            inputMode="numeric"
            figure
            value={values.days}
            fault={faults.tolerance_days}
            readOnly={readOnly}
            onValue={(days) => set({ days })}
          />
        </div>
      )}
      {values.mode !== "off" && (
        <CheckField
          label={say("dry_run")}
          hint={say("dry_run.hint")}
          value={values.dryRun}
          disabled={readOnly}
          onValue={(dryRun) => set({ dryRun })}
        />
      )}
    </section>
  );
}

function ModeChoice(props: { mode: Mode; chosen: Mode; onChoose: () => void }): JSX.Element {
  const { mode, chosen } = props;
  return (
    <label class={mode === chosen ? "robot-mode is-on" : "robot-mode"}>
      <input type="radio" name="mode" checked={mode === chosen} onChange={props.onChoose} />
      <span>
        <span class="strong">{say(`mode.${mode}`)}</span>
        <span class="quiet small">{say(`mode.${mode}.hint`)}</span>
      </span>
    </label>
  );
}

function Reminders({ values, faults, set, readOnly }: Part): JSX.Element {
  return (
    <section class="card padded stack">
      <div class="stack-s">
        <h2>{say("remind.title")}</h2>
        <p class="quiet">{say("remind.lead")}</p>
      </div>
      <CheckField
        label={say("remind")}
        value={values.reminds}
        disabled={readOnly}
        onValue={(reminds) => set({ reminds })}
      />
      {values.reminds && (
        <div class="robot-days">
          <TextField
            label={say("remind.days")}
            inputMode="numeric"
            figure
            value={values.remindDays}
            fault={faults.reminder_days}
            readOnly={readOnly}
            onValue={(remindDays) => set({ remindDays })}
          />
        </div>
      )}
    </section>
  );
}
