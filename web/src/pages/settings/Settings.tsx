import type { ComponentChildren, JSX } from "preact";
import { useLocation } from "preact-iso";
import "../forms/form.css";
import { Page } from "../../app/Page";
import { may, me } from "../../app/session";
import { t } from "../../words";

/** The frame of the settings: one heading, and a way between the sections. */
export function Settings({
  actions,
  children,
}: {
  actions?: ComponentChildren;
  children: ComponentChildren;
}): JSX.Element {
  const { path } = useLocation();
  const sections = [
    { href: "/settings", label: t("settings.profile") },
    { href: "/settings/company", label: t("settings.company") },
    ...(me.value?.company.supplies ? [{ href: "/settings/bots", label: t("settings.bots") }] : []),
    ...(may("manager") ? [{ href: "/settings/tokens", label: t("settings.tokens") }] : []),
  ];
  return (
    <Page narrow title={t("menu.settings")} actions={actions}>
      <nav class="subnav" aria-label={t("settings.sections")}>
        {sections.map(({ href, label }) => (
          <a key={href} href={href} aria-current={href === path ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      {children}
    </Page>
  );
}
