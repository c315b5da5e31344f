import { expect, test } from "vitest";

const files = import.meta.glob<string>(["./**/*.{ts,tsx}", "!./**/*.test.{ts,tsx}"], {
  eager: true,
  import: "default",
  query: "?raw",
});

/** What a folder may import of ours beside its own files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  order: [],
  api: [],
  sync: ["api", "offline", "order"],
  offline: ["api", "order", "sync", "words"],
  design: ["api", "words"],
  grid: ["design"],
  app: ["api", "design", "offline", "sync", "words"],
};
/** Names every page, to fetch it when somebody goes there. */
const ROUTES = "./app/routes.tsx";

/** `./sync/a.ts`, `../order/b` → `order`; null for what lies outside. */
function folderOf(file: string, target: string): string | null {
  const path = new URL(target, `file:///src/${file}`).pathname.split("/");
  return path[1] === "src" && path.length > 3 ? (path[2] ?? null) : null;
}

test.each(Object.keys(MAY_IMPORT))("what lies in %s leans on nothing above it", (folder) => {
  const own = Object.entries(files).filter(([file]) => file.startsWith(`./${folder}/`) && file !== ROUTES);
  const above = own.flatMap(([file, text]) =>
    [...text.matchAll(/(?:from|import)[\s(]*"(\.[^"]+)"/g)]
      .map(([, target = ""]) => folderOf(file, target))
      .filter((to) => to !== null && to !== folder && !MAY_IMPORT[folder]?.includes(to))
      .map((to) => `${file} → ${to}`),
  );
  expect(own.length).toBeGreaterThan(2);
  expect(above).toEqual([]);
});

test("no two modules have one name but for capitals, which macOS and Windows would take for the same", () => {
  const names = Object.keys(files).map((file) => file.replace(/\.tsx?$/, "").toLowerCase());
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
