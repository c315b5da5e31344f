import { describe, expect, it } from "vitest";
import { safePlace } from "./session";

describe("where a link may lead", () => {
  it("is a place of the application, as it was given", () => {
    for (const place of ["/", "/orders/1f", "/orders?side=supplier&q=a%20b#top", "/sign-in?to=%2F"]) {
      expect(safePlace(place)).toBe(place);
    }
  });

  it("is never another site, nor a script", () => {
    const elsewhere = [
      undefined,
      "",
      "orders",
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "/\t/evil.example",
      "/\n/evil.example",
      "https://evil.example",
      "javascript:alert(1)",
      " //evil.example",
      "\u0000//evil.example",
    ];
    for (const place of elsewhere) expect(safePlace(place)).toBe("/");
  });
});
