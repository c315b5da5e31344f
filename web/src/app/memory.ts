/** Small things remembered on this device; a browser that forbids it simply forgets. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`shared-order/${key}`);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`shared-order/${key}`, value);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(`shared-order/${key}`);
  } catch {
    // Nothing could be remembered either.
  }
}
