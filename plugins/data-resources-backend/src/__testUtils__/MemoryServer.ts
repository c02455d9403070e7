import type { JsonObject } from '@backstage/types';
import {
  ProviderError,
  type EffectiveAccess,
  type Finding,
  type InstanceProbe,
  type LiveUser,
  type Measure,
  type OwnerHint,
} from '@data-resources/plugin-data-resources-node';

interface Stored {
  id: string;
  spec: JsonObject;
  access: Set<string>;
  /** Ways in that the portal did not make. */
  foreign: EffectiveAccess[];
  users: LiveUser[];
  measures: Measure[];
  lastUsedAt?: string;
  hints: OwnerHint[];
  internal?: string;
  /** Left by an adoption. */
  isMarked?: boolean;
}

/**
 * The far end of the core's tests: a server that holds boxes in memory, and that can be down,
 * refuse, or do what it was asked and lose the answer.
 */
export class MemoryServer {
  readonly boxes = new Map<string, Stored>();
  /** `rate`: somebody limits the login past the portal. */
  readonly logins = new Map<string, { password?: string; rate?: number }>();
  /** Kinds of steps in the order in which they were really done. */
  readonly acted: string[] = [];
  /** What releases of logins were told of the roles of other grants, by the login's base. */
  readonly releases = new Map<string, readonly string[] | undefined>();
  clusterId = 'cluster-1';
  /** Why it does not tell its id now. */
  hidden?: string;
  down = false;
  /** As when somebody has changed the password of the portal's own login. */
  refusesLogin = false;
  /** What is wrong with it. */
  conditions: InstanceProbe['conditions'] = [];
  /** What it has to say of every plan. */
  findings: Finding[] = [];
  /** What the next acts of a kind end with; the effect is there for `afterEffect`. */
  readonly faults = new Map<
    string,
    { error: ProviderError; afterEffect?: boolean; times: number }
  >();
  /** Awaited before each act: lets a test look, or do something, in the middle. */
  beforeAct: (kind: string) => Promise<void> = async () => {};
  /** Awaited after each look, which tells what stood there before: lets a test do something meanwhile. */
  afterLook: (names: readonly string[]) => Promise<void> = async () => {};
  loginFault?: ProviderError;
  /** Until when passwords are good, where they run out. */
  validUntil?: string;
  /** Boxes that were looked at, each as often as that was. */
  readonly observed: string[] = [];
  /** Objects of each look at live use. */
  readonly inspected: number[] = [];
  /** What a look at live use ends with. */
  inspectFault?: ProviderError;
  /** What a look at live use cannot see. */
  unseen: string[] = [];
  #created = 0;

  mustAnswer(): void {
    if (this.down) {
      throw new ProviderError('Unreachable', 'The memory server is down');
    }
    if (this.refusesLogin) {
      throw new ProviderError(
        'Unauthorized',
        'The memory server knows another password',
      );
    }
  }

  create(name: string, spec: JsonObject): Stored {
    this.#created += 1;
    const box: Stored = {
      id: `box-${this.#created}`,
      spec,
      access: new Set(),
      foreign: [],
      users: [],
      measures: [],
      hints: [],
    };
    this.boxes.set(name, box);
    return box;
  }
}
