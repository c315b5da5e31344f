import type * as Y from "yjs";

/** The addresses that a transaction changed: `client/lines/7f3a/quantity`, or `note`. */
export function addressesIn(transaction: Y.Transaction): string[] {
  const roots = new Map([...transaction.doc.share].map(([name, type]) => [type as unknown, name]));
  const addresses: string[] = [];
  for (const [type, keys] of transaction.changed) {
    const root = roots.get(type);
    if (root) for (const key of keys) addresses.push(key === null ? root : `${root}/${key}`);
  }
  return addresses;
}
