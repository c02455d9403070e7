import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import fc from 'fast-check';

const TOPICS = 2;
const PRINCIPALS = 2;
const ROLES = ['producer', 'consumer', 'admin'] as const;

/** Gives a grant, or takes it where it is there; or ends a topic with all that is left on it. */
export type Deed =
  | { kind: 'turn'; topic: number; principal: number; role: string }
  | { kind: 'end'; topic: number };

/** What a deed means to those grants that are there. */
export interface Turn {
  topic: number;
  action: 'grant' | 'revoke' | 'delete';
  add: PlannedGrant[];
  remove: PlannedGrant[];
  keep: PlannedGrant[];
}

const topic = fc.nat({ max: TOPICS - 1 });

/** Any sequence of grants and revokes, and now and then the end of a topic. */
export const deeds: (maxLength: number) => fc.Arbitrary<Deed[]> = maxLength =>
  fc.array(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc.record({
          kind: fc.constant('turn' as const),
          topic,
          principal: fc.nat({ max: PRINCIPALS - 1 }),
          role: fc.constantFrom(...ROLES),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('end' as const), topic }),
      },
    ),
    { minLength: 1, maxLength },
  );

/** The grants that are there, as the ledger would have them. */
export class Ledger {
  readonly #grantTo: (principal: number, role: string) => PlannedGrant;
  #active: { topic: number; grant: PlannedGrant }[] = [];

  constructor(grantTo: (principal: number, role: string) => PlannedGrant) {
    this.#grantTo = grantTo;
  }

  on(ofTopic: number): PlannedGrant[] {
    return this.#active
      .filter(({ topic: at }) => at === ofTopic)
      .map(({ grant }) => grant);
  }

  /** The roles that a login is needed for, on any topic. */
  rolesOf(base: string): string[] {
    return this.#active
      .filter(({ grant }) => grant.login.base === base)
      .map(({ grant }) => grant.role);
  }

  /** Every principal with its roles. */
  logins(): { login: PlannedGrant['login']; roles: string[] }[] {
    return Array.from({ length: PRINCIPALS }, (_, principal) => {
      const { login } = this.#grantTo(principal, ROLES[0]);
      return { login, roles: this.rolesOf(login.base) };
    });
  }

  /** Writes the deed down, and says what it is of a plan. */
  take(deed: Deed): Turn {
    const there = this.on(deed.topic);
    if (deed.kind === 'end') {
      this.#active = this.#active.filter(({ topic: at }) => at !== deed.topic);
      return {
        topic: deed.topic,
        action: 'delete',
        add: [],
        remove: there,
        keep: [],
      };
    }
    const grant = this.#grantTo(deed.principal, deed.role);
    const same = ({ principal, role }: PlannedGrant) =>
      principal === grant.principal && role === grant.role;
    const keep = there.filter(other => !same(other));
    if (there.some(same)) {
      this.#active = this.#active.filter(
        active => active.topic !== deed.topic || !same(active.grant),
      );
      return {
        topic: deed.topic,
        action: 'revoke',
        add: [],
        remove: [grant],
        keep,
      };
    }
    this.#active.push({ topic: deed.topic, grant });
    return {
      topic: deed.topic,
      action: 'grant',
      add: [grant],
      remove: [],
      keep,
    };
  }
}
