import { setTimeout as sleep } from 'node:timers/promises';
import { createBody } from '../actions/Action';
import { differences, judge } from '../compare';
import type { Item } from '../Item';
import { DEVELOPER, type Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import { Model } from '../stream/Model';
import { heldLeases, longestPause } from '../witnesses/ledger';
import { LEASE_MS } from './replicas';

/** Requests that are under way when the replica is asked to stop, on each engine. */
const BURST = 8;

interface Burst {
  items: Item[];
  ids: string[];
}

/** Part (g): a replica that is shut down in the middle hands its work back at once. */
export async function shutDown(lab: Lab, times: number): Promise<PartResult> {
  const part = Part.begin('g: shut down in the middle');
  const { portal } = lab;
  await portal.scale(1);
  const model = await Model.learn(lab);
  for (let time = 0; time < times; time += 1) {
    await portal.scale(1);
    const alone = await ask(lab);
    await stopFirst(lab);
    await expectNoLeases(lab, part);
    await portal.scale(2);
    await judgeAll(lab, part, model, alone);

    const shared = await ask(lab);
    const stopped = await stopFirst(lab);
    await judgeAll(lab, part, model, shared);
    const pause = await longestPause(lab.description, shared.ids, stopped);
    part.remark(
      `the other replica had taken up everything ${pause} ms after the first was gone (lease ${LEASE_MS} ms)`,
    );
    if (pause >= LEASE_MS) {
      part.blame('lost', 'something waited until its lease ended');
    }
  }
  return part.end();
}

async function ask(lab: Lab): Promise<Burst> {
  const items = lab.kinds.flatMap(kind =>
    Array.from({ length: BURST }, () => lab.item(kind)),
  );
  const ids = await Promise.all(
    items.map(async item => {
      const { body } = await lab.portal.post(DEVELOPER, '/requests', {
        ...createBody(item),
        reason: 'stream',
      });
      return body.id as string;
    }),
  );
  return { items, ids };
}

/** When it was gone. */
async function stopFirst({ portal, random, say }: Lab): Promise<Date> {
  await sleep(random.between(0, 400));
  const asked = Date.now();
  await portal.replicas[0].stop();
  const gone = new Date();
  say(`  shut down in ${gone.getTime() - asked} ms`);
  return gone;
}

async function expectNoLeases(lab: Lab, part: Part): Promise<void> {
  for (const [table, count] of Object.entries(
    await heldLeases(lab.description),
  )) {
    if (count > 0) {
      part.blame('lost', `${count} leases in ${table} that nobody holds`);
    }
  }
}

async function judgeAll(
  lab: Lab,
  part: Part,
  model: Model,
  { items, ids }: Burst,
): Promise<void> {
  const ends = await Promise.all(
    items.map((item, index) => lab.ended(item, ids[index])),
  );
  const snapshot = await lab.snapshot();
  items.forEach((item, index) => {
    const { state, reason } = ends[index];
    if (state !== 'completed') {
      part.count('lost', `${item.name} is ${state}: ${reason}`);
      return;
    }
    judge(
      part,
      `${item.kind.name} ${item.name}`,
      differences(
        model.view(item.kind, {
          phase: 'ready',
          changed: false,
          granted: true,
        }),
        snapshot.of(item),
        ['engine', 'state'],
      ),
    );
  });
}
