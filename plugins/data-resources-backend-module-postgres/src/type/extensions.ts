/** An extension as a spec names it: by its name alone, or with the version that it is to have. */
export interface WantedExtension {
  name: string;
  /** Absent: the server's default when it is created, and whatever it is later. */
  version?: string;
}

/** `citext`, or `citext@1.6`; versions are what the server's control files call them. */
export const EXTENSION =
  /^[a-z][a-z0-9_-]{0,62}(@[A-Za-z0-9][A-Za-z0-9._+-]{0,62})?$/;

/** Takes an entry of a spec apart. */
export function parseExtension(entry: string): WantedExtension {
  const at = entry.indexOf('@');
  return at === -1
    ? { name: entry }
    : { name: entry.slice(0, at), version: entry.slice(at + 1) };
}

/** The names of entries of a spec. */
export function extensionNames(entries: readonly string[]): string[] {
  return entries.map(entry => parseExtension(entry).name);
}
