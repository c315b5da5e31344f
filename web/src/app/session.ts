import { computed, effect, signal } from "@preact/signals";
import { api, configure } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import type { Language, Me, Role } from "../api/shapes";
import { say } from "../design/Toast";
import { keepAnswer, recallAnswer } from "../offline/answers";
import { arrivals } from "../offline/device";
import { tell } from "../offline/words";
import { language, learn, t, turnTo } from "../words";
import { CHOSEN, endSession, finishEnding, isEnding, noteEntry, PRESENT } from "./ending";
import { tellForms } from "./form";
import { whenKept } from "./later";
import { forget, recall, remember } from "./memory";

/** Who is here: not asked yet, nobody, a member, or not known because nothing answered. */
export type Session =
  | { state: "asking" }
  | { state: "out"; lost: boolean }
  | { state: "in"; me: Me }
  /** One may no longer sign in, and this device still keeps copies for one. */
  | { state: "put_out"; userId: string }
  | { state: "unreachable" };

export const session = signal<Session>({ state: "asking" });
export const me = computed(() => (session.value.state === "in" ? session.value.me : null));

const RANK: Record<Role, number> = { viewer: 0, standard: 1, manager: 2 };

/** Whether the member's role is at least `role`; the server decides, this only spares a useless button. */
export function may(role: Role): boolean {
  const present = me.value;
  return present !== null && RANK[present.role] >= RANK[role];
}

/** Whether a company sells, or may begin to: one that does no business yet. */
export function sells({ supplies, buys }: Me["company"]): boolean {
  return supplies || !buys;
}

export function signedIn(present: Me): void {
  const { id } = present.user;
  if (!me.peek()) noteEntry();
  remember(PRESENT, id);
  configure({
    copies: {
      keep: (path, body) => void keepAnswer(id, path, body),
      recall: (path) => recallAnswer(id, path),
    },
  });
  void keepAnswer(id, "/api/me", present);
  session.value = { state: "in", me: present };
  const chosen = chosenBy(id);
  if (chosen) void chooseLanguage(chosen).catch(() => undefined);
  else void speak(present.user.language);
}

/** Turns the page to a language, here and on the next visit. False, and said, where its texts cannot be fetched. */
export async function speak(next: Language): Promise<boolean> {
  try {
    await turnTo(next);
  } catch {
    say(t("problem.offline"));
    return false;
  }
  if (language.peek() === next) remember("language", next);
  return true;
}

const AGAIN_MS = 3000;
// A network that is there and carries nothing must not keep anybody from his own copies.
const PATIENCE_MS = 1500;
const LONG_MS = 60_000;

/** Asks who is here. What lies on this device opens where nothing answers, or not soon; for nobody who signed out. */
export async function askWho(): Promise<void> {
  if (isEnding() && !(await finishEnding())) {
    session.value = { state: "out", lost: false };
    return;
  }
  if (!navigator.onLine && (await comeInHere())) return;
  const late = setTimeout(() => void comeInHere(), PATIENCE_MS);
  try {
    signedIn(await api.fresh<Me>("/api/me"));
  } catch (cause) {
    const lost = me.value !== null;
    const problem = asProblem(cause);
    if (problem.status === 401) await goOut(lost, problem);
    else if (!lost && !(await comeInHere())) session.value = { state: "unreachable" };
  } finally {
    clearTimeout(late);
  }
}

/** Asks again who is here, after an absence; raises `Problem` where the session has ended. */
export async function stillHere(): Promise<void> {
  await finishEnding();
  signedIn(await api.fresh<Me>("/api/me"));
}

/** Lets in whoever was here last: his copies on this device open again. False where nobody was. */
async function comeInHere(): Promise<boolean> {
  const id = recall(PRESENT);
  const known = id ? ((await recallAnswer(id, "/api/me")) as Me | undefined) : undefined;
  const { state } = session.value;
  if (known && (state === "asking" || state === "unreachable")) signedIn(known);
  return known !== undefined;
}

/**
 * The session is over: one comes to the door, or, where one was put out, to what becomes of one's copies. Who has typed
 * into a form stays with it, and is told there how to sign in beside it.
 */
async function goOut(lost: boolean, cause: Problem): Promise<void> {
  if (!(await lookWhetherPutOut()) && !tellForms(cause)) session.value = { state: "out", lost };
}

/** Asks the server, which no longer lets one in, whether one was put out; then the page says so. */
export async function lookWhetherPutOut(): Promise<boolean> {
  const userId = recall(PRESENT);
  if (userId === null) return false;
  const isPutOut = await api.fresh("/api/me/dismissal").then(
    () => true,
    () => false,
  );
  if (isPutOut) session.value = { state: "put_out", userId };
  return isPutOut;
}

/** Ends the session; what this device kept for the person goes with it, before the door is shown. */
export async function signOut(): Promise<void> {
  const id = me.value?.user.id ?? "";
  // What is open lets go of its copies.
  session.value = { state: "asking" };
  if (!(await endSession(id))) say(tell("leave.untold"), LONG_MS);
  session.value = { state: "out", lost: false };
}

/**
 * Change the language here at once, and on the account so that mails follow. What the account has not learnt is told it
 * again whenever one comes in.
 */
export async function chooseLanguage(next: Language): Promise<void> {
  if (!(await speak(next)) || !me.value) return;
  const choice = `${me.value.user.id} ${next}`;
  remember(CHOSEN, choice);
  const changed = await api.patch<Me>("/api/me", { language: next });
  if ((recall(CHOSEN) ?? choice) !== choice) return;
  forget(CHOSEN);
  signedIn(changed);
}

/** The language that a person chose here, while his account does not have it. */
function chosenBy(userId: string): Language | null {
  const [id, chosen] = recall(CHOSEN)?.split(" ") ?? [];
  return id === userId && (chosen === "fr" || chosen === "en") ? chosen : null;
}

function firstLanguage(): Language {
  const kept = recall("language");
  if (kept === "fr" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "fr";
}

/** Nothing can be shown without texts: they are asked for until they come. */
async function speakFirst(first: Language): Promise<void> {
  try {
    await turnTo(first);
  } catch {
    setTimeout(() => void speakFirst(first), AGAIN_MS);
    return;
  }
  // The other language lies ready, so that a person turns to it at once and without a network.
  whenKept(() => void learn(first === "fr" ? "en" : "fr").catch(() => undefined));
}

/** Tie the language and the session to the page and to the client of the API. */
export function followSession(): void {
  language.value = firstLanguage();
  void speakFirst(language.peek());
  effect(() => {
    document.documentElement.lang = language.value;
    configure({ language: language.value });
  });
  configure({
    signedOut: (cause) => {
      if (session.value.state === "in") void goOut(true, cause);
    },
  });
  // What lies on this device may come long after it was asked for, and the network whenever it likes.
  effect(() => {
    if (arrivals.value === 0) return;
    const present = me.peek();
    // Who is in is not let in without a network, next time, unless that lies there too.
    if (present) void keepAnswer(present.user.id, "/api/me", present);
    else void comeInHere();
  });
  addEventListener("online", () => {
    if (session.peek().state === "unreachable") void askWho();
    else void finishEnding();
  });
}

/** A place inside the application to go to, never another site. */
export function safePlace(place: string | undefined): string {
  // A browser passes over tabs and line ends, which would make two slashes of "/\t/".
  return place && /^\/(?![/\\])/.test(place) && !/[\t\r\n]/.test(place) ? place : "/";
}
