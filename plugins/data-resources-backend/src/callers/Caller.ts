import type { CallerPermissions } from '../permissions';

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
  /** What the portal's permission policy lets them do: it narrows what the rules allow. */
  permissions: CallerPermissions;
}
