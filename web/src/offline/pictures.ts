import { kept, storeFor } from "./device";
import type { Store } from "./store";

/**
 * Small pictures of products, in the database of the person who may see them: they are drawn without a network, go with
 * everything else of his, and are nobody else's.
 */

const LIMIT = 600;
const AT_A_TIME = 4;
/** Above what a thumbnail weighs: anything larger is not kept. */
const BYTES_LIMIT = 64 * 1024;

/** Fetches those of these pictures that are not here, the last first when there are too many; lets the oldest go. */
export async function keepPictures(userId: string, images: readonly (string | null)[]): Promise<void> {
  const store = await storeFor(userId);
  if (!store) return;
  const here = new Set(await store.pictures());
  const wanted = new Set(images.flatMap((image) => (image ? [thumbnailOf(image)] : [])));
  const missing = [...wanted].filter((path) => !here.has(path)).slice(0, LIMIT);
  for (let at = 0; at < missing.length; at += AT_A_TIME) {
    await Promise.all(missing.slice(at, at + AT_A_TIME).map((path) => fetchPicture(store, path)));
  }
  if (missing.length > 0) await kept(store.prunePictures(LIMIT));
}

/** A picture as it lies on this device; null where it does not. */
export async function pictureHere(userId: string, image: string): Promise<Blob | null> {
  const found = await (await storeFor(userId))?.answer(thumbnailOf(image)).catch(() => undefined);
  const body = found?.body as { type: string; bytes: ArrayBuffer } | undefined;
  return body ? new Blob([body.bytes], { type: body.type }) : null;
}

/** Where the small picture of an image is. */
export function thumbnailOf(image: string): string {
  return `${image}/thumbnail`;
}

async function fetchPicture(store: Store, path: string): Promise<void> {
  const answer = await fetch(path).catch(() => null);
  if (!answer?.ok) return;
  const bytes = await answer.arrayBuffer().catch(() => null);
  if (!bytes || bytes.byteLength > BYTES_LIMIT) return;
  const body = { type: answer.headers.get("Content-Type") ?? "", bytes };
  await kept(store.keepAnswer({ path, at: Date.now(), body }));
}
