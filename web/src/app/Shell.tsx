import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Me } from "../api/shapes";
import { Avatar } from "../design/Badge";
import { Icon, type IconName } from "../design/icons";
import { Menu } from "../design/Menu";
import { type Key, labelled, t } from "../words";
import { AccountItems } from "./Account";
import { Away, useReadiness } from "./Away";
import { useKeys } from "./keys";
import { isLeaving } from "./leaving";
import { Help, LeavingDialog } from "./routes";
import { section } from "./section";
import { sells } from "./session";

export interface Entry {
  href: string;
  label: Key;
  icon: IconName;
}

/** The menus that apply to a member, in the order that serves the company's first business. */
export function entriesFor(me: Me): Entry[] {
  const { supplies, buys } = me.company;
  const selling: Entry[] = [{ href: "/orders", label: "menu.orders", icon: "orders" }];
  const buying: Entry[] = [{ href: "/purchases", label: "menu.purchases", icon: "purchases" }];
  const orders = sells(me.company) ? [...selling, ...(buys ? buying : [])] : buying;
  return [
    ...orders,
    ...entriesIf(sells(me.company), { href: "/clients", label: "menu.clients", icon: "clients" }),
    ...entriesIf(buys, { href: "/suppliers", label: "menu.suppliers", icon: "suppliers" }),
    ...entriesIf(sells(me.company), { href: "/products", label: "menu.products", icon: "products" }),
    ...entriesIf(supplies, { href: "/stock", label: "menu.stock", icon: "stock" }),
    { href: "/team", label: "menu.team", icon: "team" },
    { href: "/settings", label: "menu.settings", icon: "settings" },
    ...entriesIf(me.shows_mails, { href: "/mails", label: "menu.mails", icon: "mails" }),
  ];
}

function entriesIf(applies: boolean, entry: Entry): Entry[] {
  return applies ? [entry] : [];
}

function EntryLink({ entry, path, class: look }: { entry: Entry; path: string; class: string }): JSX.Element {
  const at = section.value || path;
  const here = at === entry.href || at.startsWith(`${entry.href}/`);
  return (
    <a href={entry.href} class={look} title={t(entry.label)} aria-current={here ? "page" : undefined}>
      <Icon name={entry.icon} size={18} />
      <span>{t(entry.label)}</span>
    </a>
  );
}

function Rail({ me, path, openHelp }: { me: Me; path: string; openHelp: () => void }): JSX.Element {
  return (
    <header class="rail">
      <div class="rail-company">
        <Avatar name={me.company.name} square />
        <span class="strong">{me.company.name}</span>
      </div>
      <nav aria-label={t("menu.label")}>
        {entriesFor(me).map((entry) => (
          <EntryLink key={entry.href} entry={entry} path={path} class="rail-link" />
        ))}
      </nav>
      <div class="rail-foot">
        <Menu
          up
          class="rail-account"
          label={labelled(t("menu.account"), me.user.name)}
          trigger={
            <>
              <Avatar name={me.user.name} />
              <span class="clip">{me.user.name}</span>
              <Icon name="more" />
            </>
          }
        >
          {(close) => <AccountItems close={close} openHelp={openHelp} />}
        </Menu>
      </div>
    </header>
  );
}

function BottomBar({ me, path, openHelp }: { me: Me; path: string; openHelp: () => void }): JSX.Element {
  const entries = entriesFor(me);
  const first = entries.slice(0, 4);
  const rest = entries.slice(4);
  return (
    <footer class="bottom">
      <nav aria-label={t("menu.label")}>
        {first.map((entry) => (
          <EntryLink key={entry.href} entry={entry} path={path} class="bottom-link" />
        ))}
      </nav>
      <Menu
        up
        class="bottom-link"
        label={t("menu.more")}
        trigger={
          <>
            <Icon name="menu" size={18} />
            <span>{t("menu.more")}</span>
          </>
        }
      >
        {(close) => (
          <>
            {rest.map((entry) => (
              <a key={entry.href} role="menuitem" href={entry.href} onClick={close}>
                <Icon name={entry.icon} />
                {t(entry.label)}
              </a>
            ))}
            <hr />
            <AccountItems close={close} openHelp={openHelp} />
          </>
        )}
      </Menu>
    </footer>
  );
}

/** What surrounds every page of a member: the menus, the way past them, and the keys. */
export function Shell({ me, children }: { me: Me; children: ComponentChildren }): JSX.Element {
  const { path } = useLocation();
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const openHelp = () => setHelp(true);
  useKeys(openHelp);
  useReadiness(me);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [path]);
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <Rail me={me} path={path} openHelp={openHelp} />
      <main id="content" ref={main} tabIndex={-1}>
        <Away />
        {children}
      </main>
      <BottomBar me={me} path={path} openHelp={openHelp} />
      {isLeaving.value && <LeavingDialog userId={me.user.id} />}
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}
