/** What one field was refused for; `field` is a dotted path such as `addresses.0.city`. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
}

/** A refusal by the server (RFC 9457), or `offline` when no answer came. `detail` is for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(detail || code);
    this.name = "Problem";
  }
}

/** The problem in a reply; an answer that is no problem document becomes code `unreachable`. */
export function problemOf(status: number, body: unknown, retryAfter: string | null = null): Problem {
  const seconds = retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null;
  if (!isRecord(body) || typeof body.code !== "string")
    return new Problem(status, "unreachable", "", [], seconds);
  const detail = typeof body.detail === "string" ? body.detail : "";
  const errors = Array.isArray(body.errors) ? body.errors.filter(isFieldProblem) : [];
  return new Problem(status, body.code, detail, errors, seconds);
}

export function asProblem(cause: unknown): Problem {
  return cause instanceof Problem ? cause : new Problem(0, "offline", "");
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === "string" && typeof value.message === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
