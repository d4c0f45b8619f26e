/** Preferences of this window, kept by the browser. What is unreadable counts as absent. */
export function readPreference(key: string): unknown {
  const text = localStorage.getItem(`espalier.${key}`);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function writePreference(key: string, value: unknown): void {
  localStorage.setItem(`espalier.${key}`, JSON.stringify(value));
}
