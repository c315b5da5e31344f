// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { Side } from "../../order/order";
import { openSheet, signature } from "../fixture";
import { type Act, type Actions, actionsOf, commandOf } from "./actions";

/** What each company is offered in each situation: the button that moves the order on, and what stays behind. */

const LESS = { "lines/a/quantity": "8" };
const DEARER = { "lines/a/unit_price": "11" };
const MORE = { "lines/a/quantity": "13" };
const LESS_OF_B = { "lines/b/quantity": "2" };
const asked = signature("Anna");
const offered = signature("Luc", { supplier: LESS }, "2");
const agreed = { agreed: { revision: "1", digest: asked.digest, terms: asked.terms } };

type Situation = Omit<NonNullable<Parameters<typeof openSheet>[0]>, "side" | "role">;
/** An answer is marked: it stands beside the main button. */
type Offer = [Actions["main"], ...(Act | `answer ${Act}`)[]];

const SITUATIONS: readonly [name: string, situation: Situation, client: Offer, supplier: Offer][] = [
  ["a draft of the client", { state: "draft" }, ["send", "discard"], [null]],
  ["the client has sent", { signatures: { client: asked } }, [null, "cancel"], ["accept", "answer decline"]],
  [
    "the supplier types an answer",
    { signatures: { client: asked }, supplier: LESS },
    ["approve", "cancel"],
    ["send", "answer decline"],
  ],
  [
    "the supplier has answered",
    { signatures: { client: asked, supplier: offered }, supplier: LESS },
    ["accept", "answer decline", "cancel"],
    [null, "cancel"],
  ],
  [
    "the supplier goes on typing after his answer",
    { signatures: { client: asked, supplier: offered }, supplier: { ...LESS, ...DEARER } },
    ["approve", "answer decline", "cancel"],
    ["send", "answer decline", "cancel"],
  ],
  [
    "the client asks for more than was answered",
    { signatures: { client: asked, supplier: offered }, client: MORE, supplier: LESS },
    ["send", "answer decline", "cancel"],
    ["approve", "answer decline", "cancel"],
  ],
  [
    "both go on typing after the supplier's answer",
    { signatures: { client: asked, supplier: offered }, client: MORE, supplier: { ...LESS, ...DEARER } },
    ["send", "answer decline", "cancel"],
    ["send", "answer decline", "cancel"],
  ],
  [
    "the client changes what the supplier has never answered",
    { signatures: { client: asked }, client: MORE },
    ["send", "cancel"],
    ["approve", "answer decline"],
  ],
  [
    "the client signed what the supplier then took back",
    {
      signatures: {
        supplier: signature("Luc"),
        client: signature("Anna", { client: MORE, supplier: LESS_OF_B }, "2"),
      },
      client: MORE,
    },
    ["send", "answer decline", "cancel"],
    ["send", "answer decline", "cancel"],
  ],
  [
    "both have signed",
    { state: "agreed", signatures: { client: asked, supplier: asked }, record: agreed },
    ["amend", "ask_cancel"],
    ["amend", "deliver", "ask_cancel"],
  ],
  [
    "the client wants to cancel what is agreed",
    {
      state: "agreed",
      signatures: { client: asked, supplier: asked },
      record: { ...agreed, "cancelling/client": { name: "Anna" } },
    },
    ["amend"],
    [null, "answer refuse_cancel", "answer agree_cancel", "deliver"],
  ],
  [
    "the supplier types an amendment of his",
    {
      state: "amending",
      signatures: { client: asked, supplier: asked },
      record: { ...agreed, amending: { side: "supplier" } },
      supplier: DEARER,
    },
    ["approve", "answer refuse_amendment", "ask_cancel"],
    ["send", "drop_amendment", "ask_cancel"],
  ],
];

function offerTo(side: Side, situation: Situation): Offer {
  const sheet = openSheet({ ...situation, side });
  const { main, answers, others } = actionsOf(sheet);
  sheet.destroy();
  sheet.connection.destroy();
  return [main, ...answers.map((act) => `answer ${act}` as const), ...others];
}

describe("what is offered when", () => {
  test.each(SITUATIONS)("%s", (_name, situation, client, supplier) => {
    expect(offerTo("client", situation)).toEqual(client);
    // The other company does not see a draft.
    if (situation.state !== "draft") expect(offerTo("supplier", situation)).toEqual(supplier);
  });

  test("a reader of either company is offered nothing", () => {
    for (const [, situation] of SITUATIONS) {
      const sheet = openSheet({ ...situation, role: "viewer" });
      expect(actionsOf(sheet)).toEqual({ main: null, answers: [], others: [] });
      sheet.destroy();
      sheet.connection.destroy();
    }
  });
});

test("only what concludes is an acceptance for the server; any other signature is sent to the other company", () => {
  expect((["accept", "approve", "send"] as const).map(commandOf)).toEqual(["accept", "send", "send"]);
});
