import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type FieldProblem, type Problem } from "../api/problem";
import { t } from "../words";

export type Faults = Record<string, string>;

/** A sentence for people: what happened, what was kept, what to do. */
export function sentence(problem: Problem): string {
  if (problem.code === "offline") return t("problem.offline");
  if (problem.code === "signed_out") return t("problem.signed_out");
  if (problem.errors.length > 0) return t("problem.fields", { count: problem.errors.length });
  const wait = problem.retryAfter ? ` ${t("problem.wait", { count: problem.retryAfter })}` : "";
  return (problem.detail || t("problem.unreachable")) + wait;
}

/** The same of what could not be read, where nothing was typed that would have to be kept. */
export function unread(problem: Problem | null): string {
  if (problem?.code === "offline") return t("problem.unread");
  return problem?.detail ? sentence(problem) : t("problem.list");
}

/** The same of what could not be done, and is not kept to be done later. */
export function undone(problem: Problem): string {
  return problem.code === "offline" ? t("problem.undone") : sentence(problem);
}

export function faultsOf(errors: readonly FieldProblem[]): Faults {
  return Object.fromEntries(errors.map((error) => [error.field, error.message]));
}

/** How the forms in which something was typed are told what befell them. */
const TYPED = new Set<(problem: Problem) => void>();

/** Says it on each form in which something was typed. Whether there is any: to leave its page would lose that. */
export function tellForms(problem: Problem): boolean {
  for (const tell of TYPED) tell(problem);
  return TYPED.size > 0;
}

export interface Form<Values> {
  values: Values;
  /** Change some values; whether they are faulty is then known again only from the next attempt. */
  set: (change: Partial<Values>) => void;
  faults: Faults;
  problem: Problem | null;
  busy: boolean;
  /** Whether anything was typed since the last success. */
  touched: boolean;
  props: { ref: { current: HTMLFormElement | null }; onSubmit: (event: Event) => void; noValidate: true };
}

/**
 * A form that keeps what was typed when its sending fails, and brings the focus to the first faulty field.
 * `check` gives the faults that can be known here; `send` raises `Problem` for the rest.
 */
export function useForm<Values extends object>(
  initial: Values,
  send: (values: Values) => Promise<void>,
  check: (values: Values) => Faults = () => ({}),
): Form<Values> {
  const [values, setValues] = useState(initial);
  const [faults, setFaults] = useState<Faults>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [touched, setTouched] = useState(false);
  const ref = useRef<HTMLFormElement | null>(null);

  useEffect(() => {
    if (Object.keys(faults).length > 0)
      ref.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [faults]);

  useEffect(() => {
    if (!touched) return;
    TYPED.add(setProblem);
    return () => void TYPED.delete(setProblem);
  }, [touched]);

  const attempt = async () => {
    const found = check(values);
    setProblem(null);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await send(values);
      setTouched(false);
    } catch (cause) {
      const refused = asProblem(cause);
      setProblem(refused);
      setFaults(faultsOf(refused.errors));
    } finally {
      setBusy(false);
    }
  };
  return {
    values,
    set: (change) => {
      setTouched(true);
      setValues((before) => ({ ...before, ...change }));
    },
    faults,
    problem,
    busy,
    touched,
    props: {
      ref,
      noValidate: true,
      onSubmit: (event) => {
        event.preventDefault();
        if (!busy) void attempt();
      },
    },
  };
}

/** The faults of fields that must not be left empty. */
export function required<Values extends object>(values: Values, ...names: (keyof Values & string)[]): Faults {
  const empty = names.filter((name) => String(values[name] ?? "").trim() === "");
  return Object.fromEntries(empty.map((name) => [name, t("fault.required")]));
}

/** The fault of an address to which no mail can go; none of one that was not given. */
export function unreachable<Values extends object>(values: Values, name: keyof Values & string): Faults {
  const address = String(values[name] ?? "").trim();
  return address === "" || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address) ? {} : { [name]: t("fault.email") };
}
