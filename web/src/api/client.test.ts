import { beforeEach, describe, expect, test, vi } from "vitest";
import { api, configure, isAborted, withQuery } from "./client";
import { asProblem, Problem, problemOf } from "./problem";

const answers = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();

beforeEach(() => {
  answers.mockReset();
  vi.stubGlobal("fetch", answers);
  configure({ language: "fr", signedOut: () => undefined });
});

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

async function refusal(promise: Promise<unknown>): Promise<Problem> {
  return promise.then(
    () => Promise.reject(new Error("It was not refused.")),
    (cause) => asProblem(cause),
  );
}

describe("a request", () => {
  test("carries its query without what is empty", () => {
    expect(withQuery("/api/orders", { q: "", after: null, side: "client", limit: 50 })).toBe(
      "/api/orders?side=client&limit=50",
    );
  });

  test("is sent as JSON, in the reader's language", async () => {
    answers.mockResolvedValue(json(201, { id: "a" }));
    await api.post("/api/clients", { name: "Laurier" });
    const [path, init] = answers.mock.calls[0] ?? [];
    expect(path).toBe("/api/clients");
    expect(init?.body).toBe('{"name":"Laurier"}');
    expect(init?.headers).toMatchObject({ "Content-Type": "application/json", "Accept-Language": "fr" });
  });

  test("leaves the type of an upload to the browser", async () => {
    answers.mockResolvedValue(json(200, {}));
    await api.put("/api/products/a/image", new FormData());
    expect(answers.mock.calls[0]?.[1].headers).not.toHaveProperty("Content-Type");
  });

  test("that answers nothing gives nothing", async () => {
    answers.mockResolvedValue(new Response(null, { status: 204 }));
    expect(await api.post("/api/logout")).toBeUndefined();
  });
});

describe("a refusal", () => {
  test("keeps its code, its sentence and the faults of its fields", async () => {
    const errors = [{ field: "addresses.0.city", code: "missing", message: "Indiquez la ville." }];
    answers.mockResolvedValue(json(422, { code: "invalid", detail: "À revoir.", errors }));
    const problem = await refusal(api.post("/api/clients", {}));
    expect(problem).toMatchObject({ status: 422, code: "invalid", detail: "À revoir.", errors });
  });

  test("says how long to wait", async () => {
    answers.mockResolvedValue(json(429, { code: "too_many_attempts" }, { "Retry-After": "30" }));
    expect((await refusal(api.post("/api/login", {}))).retryAfter).toBe(30);
  });

  test("of a reader whose session is gone is announced; a writer keeps his page", async () => {
    const signedOut = vi.fn();
    configure({ signedOut });
    answers.mockResolvedValueOnce(json(401, { code: "signed_out" }));
    expect((await refusal(api.patch("/api/clients/a", {}))).code).toBe("signed_out");
    expect(signedOut).not.toHaveBeenCalled();
    answers.mockResolvedValueOnce(json(401, { code: "signed_out" }));
    await refusal(api.get("/api/orders"));
    expect(signedOut).toHaveBeenCalledOnce();
  });

  test("without a network is told apart from one by the server", async () => {
    answers.mockRejectedValue(new TypeError("Failed to fetch"));
    expect((await refusal(api.get("/api/me"))).code).toBe("offline");
  });

  test("by something that is not the application has no code of its own", async () => {
    answers.mockResolvedValue(new Response("<html>502</html>", { status: 502 }));
    expect((await refusal(api.get("/api/me"))).code).toBe("unreachable");
    expect(problemOf(500, null)).toBeInstanceOf(Problem);
  });
});

test("a request given up by the page is not a refusal", async () => {
  answers.mockRejectedValue(new DOMException("Given up", "AbortError"));
  await expect(api.get("/api/orders")).rejects.toSatisfy(isAborted);
});
