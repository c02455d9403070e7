const STORAGE_KEY = 'data-resources.persona';

/** Who this browser tab is signed in as: an entity ref, never a token. */
export const chosenPerson = {
  get: (): string | undefined =>
    window.sessionStorage.getItem(STORAGE_KEY) ?? undefined,
  set: (ref: string): void => window.sessionStorage.setItem(STORAGE_KEY, ref),
  clear: (): void => window.sessionStorage.removeItem(STORAGE_KEY),
};
