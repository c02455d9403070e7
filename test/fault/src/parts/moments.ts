import { differences, judge } from '../compare';
import type { Action } from '../actions';
import type { MomentId } from '../backend/messages';
import type { Item } from '../Item';
import type { Kind } from '../kinds';
import type { Ended, Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import type { ItemView, Snapshot } from '../Snapshot';
import { databaseWaits } from '../witnesses/databaseWaits';

const HOLD_TIMEOUT_MS = 45_000;
/** How many objects of one engine are held at once, by what their being held stands in the way of. */
const PER_ROUND = { worker: 3, executor: 1, call: 2 } as const;

type Lane = keyof typeof PER_ROUND;

/** One action on one engine, and what it is like when nothing is in its way. */
interface Course {
  kind: Kind;
  action: Action;
  moments: MomentId[];
  expected: ItemView;
}

interface Cut {
  course: Course;
  moment: MomentId;
}

interface Attempt extends Cut {
  item: Item;
  held: boolean;
  /** What kept it from being held, for people. */
  instead: string;
  ended: Promise<Ended>;
}

/**
 * Part (a): the backend is killed at every moment of every action and started again. One kill
 * serves several objects: each is held at its own moment, and then the process is killed.
 */
export async function killAtMoments(
  lab: Lab,
  options: {
    actions: readonly Action[];
    /** Out of all, chosen by the seed. */
    limit?: number;
    /** Only those whose name matches. */
    match?: RegExp;
  },
): Promise<PartResult> {
  const part = Part.begin('a: killed at every moment');
  await lab.portal.scale(1);
  const { courses, foreign } = await calmCourses(lab, options.actions);
  const all = courses
    .flatMap(course => course.moments.map(moment => ({ course, moment })))
    .filter(cut => options.match?.test(nameOf(cut)) ?? true);
  part.remark(
    courses
      .map(
        ({ kind, action, moments }) =>
          `${kind.name} ${action.name}: ${moments.length}`,
      )
      .join(', '),
  );
  let told = part.end().notes.length;
  const chosen = lab.random.shuffled(all).slice(0, options.limit);
  for (const round of rounds(chosen)) {
    lab.portal.signal.throwIfAborted();
    if (!lab.hasTime) {
      part.remark('The time was over before all moments were visited');
      break;
    }
    await runRound(lab, part, round);
    const result = part.end();
    // What is wrong is told at once: a full run takes its time.
    result.notes.slice(told).forEach(note => lab.say(`  ${note}`));
    told = result.notes.length;
    lab.say(
      `  ${result.attempts}/${chosen.length} moments, ${result.recovered} recovered`,
    );
  }
  await checkForeign(lab, part, foreign);
  return part.end();
}

/** What nobody asked for, by engine. */
export async function foreignOf(
  lab: Lab,
  seen?: Snapshot,
): Promise<Map<Kind, string[]>> {
  const snapshot = seen ?? (await lab.snapshot());
  return new Map(
    lab.kinds.map(kind => [kind, snapshot.foreign(kind, lab.items)]),
  );
}

/** Says if something came, went or changed that no request was about. */
export async function checkForeign(
  lab: Lab,
  part: Part,
  before: Map<Kind, string[]>,
): Promise<void> {
  const after = await foreignOf(lab);
  for (const [kind, lines] of before) {
    const now = after.get(kind)!;
    if (lines.join('\n') !== now.join('\n')) {
      part.blame(
        'orphaned',
        `${kind.name}: what is nobody's was\n${lines.join(
          '\n',
        )}\nand is\n${now.join('\n')}`,
      );
    }
  }
}

/** Does every action once, without a fault: that tells the moments, and what must come of it. */
async function calmCourses(
  lab: Lab,
  actions: readonly Action[],
): Promise<{ courses: Course[]; foreign: Map<Kind, string[]> }> {
  const tried = await Promise.all(
    lab.kinds.flatMap(kind =>
      actions.map(async action => {
        const item = lab.item(kind);
        await action.prepare(lab, item);
        const body = await action.request(lab, item);
        const { backend } = lab.portal;
        await backend.arm({ id: item.name, words: wordsOf(item) });
        const ended = await lab.carryOut(item, body, {
          people: action.people,
          holding: () => [backend],
        });
        if (ended.state !== 'completed') {
          throw new Error(
            `${kind.name} ${action.name} is ${ended.state} without any fault: ${ended.reason}`,
          );
        }
        const moments = [...backend.passed(item.name)];
        backend.disarm(item.name);
        return { kind, action, item, moments };
      }),
    ),
  );
  const snapshot = await lab.snapshot();
  return {
    courses: tried.map(({ item, ...course }) => ({
      ...course,
      expected: snapshot.of(item),
    })),
    foreign: await foreignOf(lab, snapshot),
  };
}

function* rounds(cuts: readonly Cut[]): Generator<Cut[]> {
  let left = [...cuts];
  while (left.length > 0) {
    const taken = new Map<string, number>();
    const round = left.filter(cut => {
      const lane = laneOf(cut);
      const key = `${cut.course.kind.name} ${lane}`;
      const count = taken.get(key) ?? 0;
      taken.set(key, count + 1);
      return count < PER_ROUND[lane];
    });
    left = left.filter(cut => !round.includes(cut));
    yield round;
  }
}

async function runRound(
  lab: Lab,
  part: Part,
  cuts: readonly Cut[],
): Promise<void> {
  const prepared = await Promise.all(
    cuts.map(async cut => {
      const item = lab.item(cut.course.kind);
      await cut.course.action.prepare(lab, item);
      return {
        ...cut,
        item,
        body: await cut.course.action.request(lab, item),
      };
    }),
  );
  const attempts = (
    await Promise.all(
      lab.kinds.map(kind =>
        holdAll(
          lab,
          prepared.filter(({ course }) => course.kind === kind),
        ),
      ),
    )
  ).flat();
  await lab.portal.crash();
  const ends = await Promise.all(attempts.map(({ ended }) => ended));
  const snapshot = await lab.snapshot();
  attempts.forEach((attempt, index) => {
    const { course, item, held } = attempt;
    const name = `${nameOf(attempt)}, ${item.name}`;
    const { state, reason } = ends[index];
    if (!held) {
      part.count(
        'lost',
        `${name} never came to that moment: ${attempt.instead}; it is ${state}`,
      );
    } else if (state === 'failed' || state === 'rejected') {
      part.count('failed', `${name}: ${reason}`);
    } else if (state !== 'completed') {
      part.count('lost', `${name} is ${state}: ${reason}`);
    } else {
      judge(part, name, differences(course.expected, snapshot.of(item)));
    }
  });
}

/** Brings each object to its moment, one after the other, those first that delay nobody else. */
async function holdAll(
  lab: Lab,
  cuts: readonly (Cut & { item: Item; body: Record<string, unknown> })[],
): Promise<Attempt[]> {
  const order: Lane[] = ['worker', 'executor', 'call'];
  const sorted = [...cuts].sort(
    (left, right) => order.indexOf(laneOf(left)) - order.indexOf(laneOf(right)),
  );
  const attempts: Attempt[] = [];
  for (const { course, moment, item, body } of sorted) {
    const { backend } = lab.portal;
    await backend.arm({
      id: item.name,
      words: wordsOf(item),
      stopAt: moment,
    });
    let isOver = false;
    const ended = lab
      .carryOut(item, body, {
        people: course.action.people,
        holding: () => [backend],
      })
      .finally(() => {
        isOver = true;
      });
    // Somebody looks at it later; a run that is interrupted before must still end in order.
    ended.catch(() => {});
    const begin = Date.now();
    const end = begin + HOLD_TIMEOUT_MS;
    await lab.portal.until(
      `${item.name} is held`,
      async () =>
        backend.stoppedAt(item.name) !== undefined ||
        isOver ||
        Date.now() > end,
    );
    const held = backend.stoppedAt(item.name) !== undefined;
    attempts.push({
      course,
      moment,
      item,
      held,
      instead: held
        ? ''
        : [
            `${isOver ? 'it ended' : 'it waited'} after ${
              Date.now() - begin
            } ms`,
            `passed ${
              backend.passed(item.name).map(momentName).join(', ') || 'nothing'
            }`,
            `while there were held ${
              attempts.map(nameOf).join(', ') || 'no others'
            }`,
            ...(await databaseWaits(lab.description)),
          ].join('; '),
      ended,
    });
  }
  return attempts;
}

/** As it is told, and as `--match` finds it. */
function nameOf({ course: { kind, action }, moment }: Cut): string {
  return `${kind.name} ${action.name}, ${momentName(moment)}`;
}

function momentName({ label, occurrence }: MomentId): string {
  return `${label} (${occurrence})`;
}

/** What stands still when an object is held there. */
function laneOf({ course: { moments }, moment }: Cut): Lane {
  const isCommitOf = (event: RegExp) => (other: MomentId) =>
    event.test(other.label);
  if (isCommitOf(/request\.(created|approved)/)(moment)) {
    return 'call';
  }
  if (isCommitOf(/request\.executing/)(moment)) {
    return 'executor';
  }
  // The call plans, with `observe` and for some actions `check`; the executor plans again, and only then a worker does it.
  const at = moments.indexOf(moment);
  if (at < moments.findIndex(isCommitOf(/request\.created/))) {
    return 'call';
  }
  if (at < moments.findIndex(isCommitOf(/request\.executing/))) {
    return 'executor';
  }
  return 'worker';
}

function wordsOf({ name, resourceId }: Item): string[] {
  return resourceId ? [name, resourceId] : [name];
}
