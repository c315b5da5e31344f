import type { JSX } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { LocationProvider, Route, Router, useLocation } from "preact-iso";
import type { Me } from "../api/shapes";
import { Button } from "../design/Button";
import { Empty, Loading } from "../design/Empty";
import { Toasts } from "../design/Toast";
import { isSpoken, t } from "../words";
import { handFocusOn } from "./heir";
import * as pages from "./routes";
import { Shell } from "./Shell";
import { askWho, me, session } from "./session";

export function App(): JSX.Element {
  useEffect(handFocusOn, []);
  return (
    <LocationProvider>
      <Guarded />
      <Toasts />
    </LocationProvider>
  );
}

/** Pages of a member for a member, doors for everyone else; a page that fails says so instead of going white. */
function Guarded(): JSX.Element {
  const [failure] = useErrorBoundary();
  const { path } = useLocation();
  if (failure) return <Broken />;
  if (!isSpoken.value) return <Loading />;
  if (pages.isDoor(path)) return <Doors />;
  switch (session.value.state) {
    case "asking":
      return <Loading />;
    case "unreachable":
      return <Unreachable />;
    case "out":
      return <ToSignIn />;
    case "put_out":
      return <pages.PutOut userId={session.value.userId} />;
    case "in":
      return <Inside me={session.value.me} />;
  }
}

function ToSignIn(): null {
  const { url, route } = useLocation();
  useEffect(() => route(url === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(url)}`, true), []);
  return null;
}

function Unreachable(): JSX.Element {
  return (
    <main class="alone">
      <Empty alone icon="info" title={t("broken.title")} lead={t("problem.offline")}>
        <Button look="primary" onClick={() => void askWho()}>
          {t("do.retry")}
        </Button>
      </Empty>
    </main>
  );
}

function Broken(): JSX.Element {
  return (
    <main class="alone">
      <Empty alone icon="info" title={t("broken.title")} lead={t("broken.lead")}>
        <Button look="primary" onClick={() => location.reload()}>
          {t("broken.do")}
        </Button>
      </Empty>
    </main>
  );
}

function Doors(): JSX.Element {
  return (
    <Router>
      <Route path="/sign-in" component={pages.SignIn} />
      <Route path="/forgot" component={pages.Forgot} />
      <Route path="/link" component={pages.AskLink} />
      <Route path="/reset/:token" component={pages.Reset} />
      <Route path="/enter/:token" component={pages.Enter} />
      <Route path="/invitation/:token" component={pages.Accept} />
    </Router>
  );
}

function Home(): null {
  const { route } = useLocation();
  useEffect(() => {
    const company = me.value?.company;
    route(company?.buys && !company.supplies ? "/purchases" : "/orders", true);
  }, []);
  return null;
}

function Inside({ me: present }: { me: Me }): JSX.Element {
  return (
    <Shell me={present}>
      <Router>
        <Route path="/" component={Home} />
        <Route path="/orders" component={pages.Orders} />
        <Route path="/purchases" component={pages.Purchases} />
        <Route path="/orders/:id" component={pages.Sheet} />
        <Route path="/clients" component={pages.Clients} />
        <Route path="/clients/new" component={pages.NewClient} />
        <Route path="/clients/:id" component={pages.Client} />
        <Route path="/suppliers" component={pages.Suppliers} />
        <Route path="/suppliers/new" component={pages.NewSupplier} />
        <Route path="/suppliers/:id" component={pages.Supplier} />
        <Route path="/products" component={pages.Products} />
        <Route path="/products/new" component={pages.NewProduct} />
        <Route path="/products/:id" component={pages.EditProduct} />
        <Route path="/stock" component={pages.Stock} />
        <Route path="/team" component={pages.Team} />
        <Route path="/settings" component={pages.Profile} />
        <Route path="/settings/company" component={pages.OwnCompany} />
        <Route path="/settings/bots" component={pages.Bots} />
        <Route path="/settings/tokens" component={pages.Tokens} />
        <Route path="/mails" component={pages.Mails} />
        <Route default component={pages.Missing} />
      </Router>
    </Shell>
  );
}
