import { setTimeout as sleep } from 'node:timers/promises';
import { grant } from '../actions/grant';
import { create } from '../actions/create';
import { purge } from '../actions/purge';
import type { Action } from '../actions';
import { revokeBody } from '../actions/Action';
import type { MomentId } from '../backend/messages';
import { differences, judge } from '../compare';
import type { Kind } from '../kinds';
import type { Lab } from '../Lab';
import type { Backend } from '../portal/Backend';
import { Part, type PartResult } from '../Report';
import { Model, type ObjectState } from '../stream/Model';
import { Stream } from '../stream/Stream';

/** As in config/app-config.yaml. */
export const LEASE_MS = 8_000;
/** In which what was suspended does what it still wants to do. */
const AFTERMATH_MS = 3_000;

/** Where a replica is suspended: what it does next is only seen after others have done it. */
const PAUSES: readonly MomentId[] = [
  { label: 'after commit of step.begun', occurrence: 1 },
  { label: 'after commit of request.executing', occurrence: 1 },
  { label: 'after commit of step.done + step.begun', occurrence: 1 },
  { label: 'after observe', occurrence: 2 },
];

const READY: ObjectState = { phase: 'ready', changed: false, granted: true };

export interface ReplicasOptions {
  /** How many of the precise pauses; all when left out. */
  limit?: number;
  /** How many random pauses under a stream, for two and for three replicas. */
  pauses: number;
}

/** Part (c): a replica is suspended past its lease, others go on, and it comes back. */
export async function suspendReplicas(
  lab: Lab,
  { limit, pauses }: ReplicasOptions,
): Promise<PartResult> {
  const part = Part.begin('c: a replica suspended past its lease');
  await lab.portal.scale(2);
  const model = await Model.learn(lab);
  const cases = lab.kinds.flatMap(kind => [
    ...PAUSES.map(
      moment => async () => pausedCreate(lab, part, model, kind, moment),
    ),
    async () => pausedPurge(lab, part, model, kind),
    async () => pausedGrantThatIsRevoked(lab, part, model, kind),
  ]);
  for (const run of lab.random.shuffled(cases).slice(0, limit)) {
    if (!lab.hasTime) {
      part.remark('The time was over before all cases were tried');
      break;
    }
    await run();
  }
  for (const count of pauses > 0 ? [2, 3] : []) {
    await lab.portal.scale(count);
    await Stream.create({
      lab,
      part,
      model,
      kinds: lab.kinds,
      people: 2,
    }).during(isOver => pauseAtRandom(lab, pauses, isOver));
  }
  return part.end();
}

async function pausedCreate(
  lab: Lab,
  part: Part,
  model: Model,
  kind: Kind,
  moment: MomentId,
): Promise<void> {
  const item = lab.item(kind);
  const name = `${kind.name} create, suspended ${moment.label}`;
  const suspended = await suspendDuring(lab, create, item, moment);
  if (!suspended) {
    part.count('lost', `${name}: never came to that moment`);
    return;
  }
  await wake(suspended, item.name);
  const found = (await lab.snapshot([kind])).of(item);
  judge(
    part,
    name,
    differences(model.view(kind, READY), found, ['engine', 'state']),
  );
}

async function pausedPurge(
  lab: Lab,
  part: Part,
  model: Model,
  kind: Kind,
): Promise<void> {
  const item = lab.item(kind);
  const name = `${kind.name} purge, suspended after its first step began`;
  const suspended = await suspendDuring(lab, purge, item, PAUSES[0]);
  if (!suspended) {
    part.count('lost', `${name}: never came to that moment`);
    return;
  }
  // Somebody takes the name, which is free again, before the first replica comes back.
  const heir = { ...item, resourceId: undefined };
  await lab.calmly(heir, await create.request(lab, heir));
  await wake(suspended, item.name);
  const { engine } = (await lab.snapshot([kind])).of(item);
  judge(
    part,
    name,
    differences(model.view(kind, READY), { engine, state: [], history: [] }, [
      'engine',
    ]),
  );
}

async function pausedGrantThatIsRevoked(
  lab: Lab,
  part: Part,
  model: Model,
  kind: Kind,
): Promise<void> {
  const item = lab.item(kind);
  const name = `${kind.name} grant, suspended after its last step began, and revoked meanwhile`;
  const suspended = await suspendDuring(lab, grant, item, {
    label: 'after commit of step.begun',
    // The logins first, then the membership; Kafka needs no logins.
    occurrence: kind.name === 'kafka' ? 1 : 2,
  });
  if (!suspended) {
    part.count('lost', `${name}: never came to that moment`);
    return;
  }
  await lab.calmly(item, await revokeBody(lab, item));
  await wake(suspended, item.name);
  const found = (await lab.snapshot([kind])).of(item);
  judge(
    part,
    name,
    differences(model.view(kind, { ...READY, granted: false }), found, [
      'engine',
      'state',
    ]),
  );
}

/**
 * Suspends whichever replica comes to the moment, and waits until the others have completed the
 * request. Undefined when none came there.
 */
async function suspendDuring(
  lab: Lab,
  action: Action,
  item: ReturnType<Lab['item']>,
  moment: MomentId,
): Promise<Backend | undefined> {
  const { portal } = lab;
  await portal.until('all replicas answer', async () =>
    portal.replicas.every(each => each.isServing),
  );
  await action.prepare(lab, item);
  const body = await action.request(lab, item);
  const words = item.resourceId ? [item.name, item.resourceId] : [item.name];
  await Promise.all(
    portal.replicas.map(each =>
      each.arm({ id: item.name, words, stopAt: moment }),
    ),
  );
  let isOver = false;
  const ended = lab
    .carryOut(item, body, {
      holding: () => portal.replicas.filter(r => r.isServing),
    })
    .finally(() => {
      isOver = true;
    });
  // Somebody looks at it later; a run that is interrupted before must still end in order.
  ended.catch(() => {});
  const held = () =>
    portal.replicas.find(each => each.stoppedAt(item.name) !== undefined);
  await portal.until(
    'a replica is held',
    async () => Boolean(held()) || isOver,
  );
  const suspended = held();
  suspended?.freeze();
  portal.replicas
    .filter(each => each !== suspended)
    .forEach(each => each.disarm(item.name));
  const { state, reason } = await ended;
  if (state !== 'completed') {
    suspended?.resume();
    throw new Error(`${item.name} is ${state}: ${reason}`);
  }
  return suspended;
}

async function wake(backend: Backend, id: string): Promise<void> {
  backend.resume();
  backend.release(id);
  await sleep(AFTERMATH_MS);
  backend.disarm(id);
}

async function pauseAtRandom(
  lab: Lab,
  pauses: number,
  isOver: () => boolean,
): Promise<void> {
  const { portal, random } = lab;
  for (let pause = 0; pause < pauses && lab.hasTime && !isOver(); pause += 1) {
    await sleep(random.between(500, 2_000));
    const victim = random.pick(portal.replicas);
    victim.freeze();
    await sleep(LEASE_MS + random.between(1_000, 3_000));
    victim.resume();
  }
}
