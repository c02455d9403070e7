import { setTimeout as sleep } from 'node:timers/promises';
import { createBody } from '../actions/Action';
import { differences, judge } from '../compare';
import { DEVELOPER, type Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import { Model } from '../stream/Model';
import { heldLeases } from '../witnesses/ledger';
import { LEASE_MS } from './replicas';

/** Requests that are under way when the replica is asked to stop, on each engine. */
const BURST = 12;

/** Part (g): a replica that is shut down in the middle hands its work back at once. */
export async function shutDown(lab: Lab, times: number): Promise<PartResult> {
  const part = Part.begin('g: shut down in the middle');
  await lab.portal.scale(1);
  const model = await Model.learn(lab);
  for (let time = 0; time < times; time += 1) {
    await oneShutdown(lab, part, model);
  }
  return part.end();
}

async function oneShutdown(lab: Lab, part: Part, model: Model): Promise<void> {
  const { portal } = lab;
  const [first] = portal.replicas;
  const items = lab.kinds.flatMap(kind =>
    Array.from({ length: BURST }, () => lab.item(kind)),
  );
  const ids = await Promise.all(
    items.map(async item => {
      const { body } = await first.caller.post(DEVELOPER, '/requests', {
        ...createBody(item),
        reason: 'stream',
      });
      return body.id as string;
    }),
  );
  await sleep(lab.random.between(0, 400));
  const asked = Date.now();
  await first.stop();
  const stopped = Date.now();
  const left = await heldLeases(lab.description);
  const held = Object.entries(left).filter(([, count]) => count > 0);
  if (held.length > 0) {
    part.blame(
      'lost',
      `leases that nobody holds: ${held
        .map(([table, count]) => `${count} in ${table}`)
        .join(', ')}`,
    );
  }
  await portal.scale(1);
  const back = Date.now();
  const ends = await Promise.all(
    items.map((item, index) => lab.ended(item, ids[index])),
  );
  const took = Date.now() - back;
  part.remark(
    `shut down in ${
      stopped - asked
    } ms; the next had everything done ${took} ms after it answered (lease ${LEASE_MS} ms)`,
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
