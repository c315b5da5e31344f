import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { removeAll, storeFor } from "./device";
import { keepPictures, pictureHere } from "./pictures";

const asked: string[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    if (path.includes("secret")) return new Response(null, { status: 404 });
    return new Response(new Uint8Array([1, 2, 3]), { headers: { "Content-Type": "image/webp" } });
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const person of ["u1", "u2"]) await removeAll(person);
});

test("a picture is fetched once, small, and drawn from this device", async () => {
  await keepPictures("u1", ["/api/images/a", null, "/api/images/a"]);
  await keepPictures("u1", ["/api/images/a"]);
  expect(asked).toEqual(["/api/images/a/thumbnail"]);
  const picture = await pictureHere("u1", "/api/images/a");
  expect([picture?.type, picture?.size]).toEqual(["image/webp", 3]);
});

test("it is nobody else's, and goes with its owner", async () => {
  await keepPictures("u1", ["/api/images/a"]);
  expect(await pictureHere("u2", "/api/images/a")).toBeNull();
  await removeAll("u1");
  expect(await pictureHere("u1", "/api/images/a")).toBeNull();
});

test("what the server does not give is not kept", async () => {
  await keepPictures("u1", ["/api/images/secret"]);
  expect(await pictureHere("u1", "/api/images/secret")).toBeNull();
});

test("beyond a number the oldest go", async () => {
  const store = await storeFor("u1");
  for (const [name, at] of [
    ["a", 1],
    ["b", 3],
    ["c", 2],
  ] as const) {
    await store?.keepAnswer({
      path: `/api/images/${name}/thumbnail`,
      at,
      body: { type: "", bytes: new ArrayBuffer(1) },
    });
  }
  await store?.keepAnswer({ path: "/api/me", at: 0, body: null });
  await store?.prunePictures(2);
  expect(await store?.pictures()).toEqual(["/api/images/b/thumbnail", "/api/images/c/thumbnail"]);
  expect(await store?.answer("/api/me")).toBeDefined();
});
