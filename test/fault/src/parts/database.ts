import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import { Model } from '../stream/Model';
import { Stream } from '../stream/Stream';

/** Part (e): the portal's own PostgreSQL goes away under a stream of requests, and comes back. */
export async function restartDatabase(
  lab: Lab,
  times: number,
): Promise<PartResult> {
  const part = Part.begin("e: the portal's database restarted");
  const { portal, random, kinds } = lab;
  await portal.scale(2);
  const model = await Model.learn(lab);
  const database = lab.engines.engine('portal');
  const before = portal.serverErrors;
  await Stream.create({ lab, part, model, kinds, people: 3 }).during(
    async isOver => {
      for (let time = 0; time < times && lab.hasTime && !isOver(); time += 1) {
        await sleep(random.between(1_000, 4_000));
        // In order, for the test's server does not write its log through to the disk.
        await database.stop();
        await sleep(random.between(0, 3_000));
        await database.start(portal.signal);
        await sleep(3_000);
      }
    },
  );
  for (const [index, backend] of portal.replicas.entries()) {
    if (!backend.isRunning()) {
      part.blame('lost', `replica ${index + 1} ended with the database`);
    }
  }
  part.remark(
    `${portal.serverErrors - before} calls were answered 500 meanwhile`,
  );
  return part.end();
}
