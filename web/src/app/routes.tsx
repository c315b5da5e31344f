import type { ComponentType, JSX } from "preact";
import { laterPage as later, laterPart } from "./later";
import { me, sells } from "./session";

/** Addresses that need no session: ways in. */
export function isDoor(path: string): boolean {
  return /^\/(sign-in$|forgot$|link$|reset\/|enter\/|invitation\/)/.test(path);
}

/** The address of one order. */
export function isSheet(path: string): boolean {
  return /^\/orders\/[0-9a-f]{32}$/.test(path);
}

/** Begins to fetch the page of an order while it is still being asked who is here. */
export function fetchAhead(path: string): void {
  if (isSheet(path)) Sheet.ahead();
}

export const SignIn = later(() => import("../pages/doors/SignIn").then((page) => page.SignIn));
export const Forgot = later(() => import("../pages/doors/Forgot").then((page) => page.Forgot));
export const AskLink = later(() => import("../pages/doors/Forgot").then((page) => page.AskLink));
export const Reset = later(() => import("../pages/doors/Reset").then((page) => page.Reset));
export const Enter = later(() => import("../pages/doors/Enter").then((page) => page.Enter));
export const Accept = later(() => import("../pages/doors/Invitation").then((page) => page.Accept));
export const Orders = later(() => import("../pages/orders/OrdersPage").then((page) => page.Orders));
export const Purchases = later(() => import("../pages/orders/OrdersPage").then((page) => page.Purchases));
export const Sheet = later(() => import("../sheet/SheetPage").then((page) => page.SheetPage));
export const Clients = selling(
  later(() => import("../pages/companies/PartiesPage").then((page) => page.Clients)),
);
export const Suppliers = later(() => import("../pages/companies/PartiesPage").then((page) => page.Suppliers));
export const Client = selling(
  later(() => import("../pages/companies/PartyPage").then((page) => page.Client)),
);
export const Supplier = later(() => import("../pages/companies/PartyPage").then((page) => page.Supplier));
export const NewClient = selling(
  later(() => import("../pages/companies/NewPartyPage").then((page) => page.NewClient)),
);
export const NewSupplier = later(() =>
  import("../pages/companies/NewPartyPage").then((page) => page.NewSupplier),
);
export const Products = selling(
  later(() => import("../pages/products/ProductsPage").then((page) => page.Products)),
);
export const NewProduct = selling(
  later(() => import("../pages/products/ProductPage").then((page) => page.NewProduct)),
);
export const EditProduct = selling(
  later(() => import("../pages/products/ProductPage").then((page) => page.EditProduct)),
);
export const Stock = selling(later(() => import("../stock/StockPage").then((page) => page.Stock)));
export const Team = later(() => import("../pages/settings/TeamPage").then((page) => page.Team));
export const Profile = later(() => import("../pages/settings/ProfilePage").then((page) => page.Profile));
export const OwnCompany = later(() =>
  import("../pages/settings/OwnCompanyPage").then((page) => page.OwnCompany),
);
export const Bots = selling(later(() => import("../bots/BotsPage").then((page) => page.Bots)));
export const Tokens = later(() => import("../pages/settings/TokensPage").then((page) => page.Tokens));
export const Mails = later(() => import("../pages/MailsPage").then((page) => page.Mails));
export const LeavingDialog = later(() =>
  import("../sheet/unsent/LeavingDialog").then((page) => page.LeavingDialog),
);
export const Help = laterPart(() => import("./Help").then((part) => part.Help));
export const PutOut = later(() => import("../sheet/unsent/PutOut").then((page) => page.PutOut));
export const Missing = later(() => import("../pages/Missing").then((page) => page.Missing));

/** A page of who sells: a company that only buys has nothing to do there. */
function selling<Props extends object>(Page: ComponentType<Props>): ComponentType<Props> {
  return (props: Props): JSX.Element =>
    me.value && sells(me.value.company) ? <Page {...props} /> : <Missing />;
}
