import type { JSX } from "preact";
import { Icon } from "../design/icons";
import { language, t } from "../words";
import { askToLeave } from "./leaving";
import { chooseLanguage } from "./session";
import { chooseTheme, THEMES, theme } from "./theme";

/** What a person may change wherever he is: language, appearance, help, leaving. */
export function AccountItems({ close, openHelp }: { close: () => void; openHelp: () => void }): JSX.Element {
  const act = (does: () => void) => () => {
    close();
    does();
  };
  return (
    <>
      <a role="menuitem" href="/settings" onClick={close}>
        <Icon name="settings" />
        {t("settings.profile")}
      </a>
      <button type="button" role="menuitem" onClick={act(openHelp)}>
        <Icon name="keyboard" />
        {t("menu.help")}
      </button>
      <hr />
      <fieldset>
        <legend class="menu-title">{t("menu.theme")}</legend>
        {THEMES.map((choice) => (
          <MenuChoice
            key={choice}
            label={t(`theme.${choice}`)}
            chosen={theme.value === choice}
            onChoose={act(() => chooseTheme(choice))}
          />
        ))}
      </fieldset>
      <hr />
      {(["fr", "en"] as const).map((choice) => (
        <MenuChoice
          key={choice}
          label={t(`language.${choice}`)}
          chosen={language.value === choice}
          onChoose={act(() => void chooseLanguage(choice).catch(() => undefined))}
        />
      ))}
      <hr />
      <button type="button" role="menuitem" onClick={act(() => void askToLeave())}>
        <Icon name="out" />
        {t("menu.sign_out")}
      </button>
    </>
  );
}

function MenuChoice(props: { label: string; chosen: boolean; onChoose: () => void }): JSX.Element {
  return (
    <button type="button" role="menuitemradio" aria-checked={props.chosen} onClick={props.onChoose}>
      {props.chosen ? <Icon name="check" /> : <span class="icon-space" />}
      {props.label}
    </button>
  );
}
