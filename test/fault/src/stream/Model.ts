import {
  createBody,
  deleteBody,
  grantBody,
  restoreBody,
  revokeBody,
  updateBody,
} from '../actions/Action';
import type { Item } from '../Item';
import type { Kind } from '../kinds';
import type { Lab } from '../Lab';
import type { ItemView } from '../Snapshot';

/** What an object should be like, in as few words as tell it from others. */
export interface ObjectState {
  phase: 'absent' | 'ready' | 'quarantined' | 'deleted';
  changed: boolean;
  granted: boolean;
}

/** What somebody can ask for in a state, and what follows from it. */
export interface Move {
  name: string;
  isPossible(state: ObjectState): boolean;
  next(state: ObjectState): ObjectState;
  body(lab: Lab, item: Item): Promise<Record<string, unknown>>;
}

const ready = ({ phase }: ObjectState) => phase === 'ready';

/** All moves; how often one stands here is how likely it is. */
export const moves: readonly Move[] = [
  {
    name: 'update',
    isPossible: state => ready(state) && !state.changed,
    next: state => ({ ...state, changed: true }),
    body: async (_lab, item) => updateBody(item),
  },
  {
    name: 'grant',
    isPossible: state => ready(state) && !state.granted,
    next: state => ({ ...state, granted: true }),
    body: async (_lab, item) => grantBody(item),
  },
  {
    name: 'revoke',
    isPossible: state => ready(state) && state.granted,
    next: state => ({ ...state, granted: false }),
    body: revokeBody,
  },
  {
    name: 'quarantine',
    isPossible: ready,
    next: state => ({ ...state, phase: 'quarantined' }),
    body: async (_lab, item) => deleteBody(item),
  },
  {
    name: 'restore',
    isPossible: ({ phase }) => phase === 'quarantined',
    next: state => ({ ...state, phase: 'ready' }),
    body: async (_lab, item) => restoreBody(item),
  },
  {
    name: 'purge',
    isPossible: ({ phase }) => phase === 'quarantined',
    next: () => ({ phase: 'deleted', changed: false, granted: false }),
    body: async (_lab, item) => deleteBody(item),
  },
];

/** The first move, with or without access for the item's workload. */
export function createMove(granted: boolean): Move {
  return {
    name: 'create',
    isPossible: ({ phase }) => phase === 'absent',
    next: () => ({ phase: 'ready', changed: false, granted }),
    body: async (_lab, item) => createBody(item, { granted }),
  };
}

export const ABSENT: ObjectState = {
  phase: 'absent',
  changed: false,
  granted: false,
};

/** What each state looks like to the witnesses, seen on objects that were brought there in peace. */
export class Model {
  readonly #views: Map<string, ItemView>;

  private constructor(views: Map<string, ItemView>) {
    this.#views = views;
  }

  /** Brings an object of every kind into every state, the shortest way. */
  static async learn(lab: Lab): Promise<Model> {
    const [update, , , quarantine, , purge] = moves;
    const ways = [false, true].flatMap(granted => {
      const create = createMove(granted);
      return [
        [create],
        [create, update],
        [create, quarantine],
        [create, update, quarantine],
      ];
    });
    ways.push([createMove(true), quarantine, purge]);
    const reached = await Promise.all(
      lab.kinds.flatMap(kind =>
        ways.map(async way => {
          const item = lab.item(kind);
          let state = ABSENT;
          for (const move of way) {
            await lab.calmly(item, await move.body(lab, item));
            state = move.next(state);
          }
          return { kind, item, state };
        }),
      ),
    );
    const snapshot = await lab.snapshot();
    const views = new Map(
      reached.map(({ kind, item, state }) => [
        keyOf(kind, state),
        snapshot.of(item),
      ]),
    );
    return new Model(views);
  }

  /** What an object in that state looks like. */
  view(kind: Kind, state: ObjectState): ItemView {
    return this.#views.get(keyOf(kind, state))!;
  }
}

function keyOf({ name }: Kind, state: ObjectState): string {
  return `${name} ${JSON.stringify([
    state.phase,
    state.changed,
    state.granted,
  ])}`;
}
