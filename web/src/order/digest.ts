import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * The digest of terms: SHA-256 of their canonical JSON, in hexadecimal. Only who signs needs one, so that the first view
 * of an order comes without it: two states of the terms are told apart by their texts.
 */
export function digest(terms: string): string {
  return bytesToHex(sha256(utf8ToBytes(terms)));
}
