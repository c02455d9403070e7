/** Who calls, as far as the rules need it. */
export interface Caller {
  /** Full user entity ref. */
  userRef: string;
  /** Groups that the user is a direct member of, read from the catalog just now. */
  groups: ReadonlySet<string>;
  /**
   * False where something acts on the user's behalf (a template, an agent): deciding and taking
   * credentials need the person.
   */
  inPerson: boolean;
}
