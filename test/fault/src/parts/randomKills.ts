import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import { Model } from '../stream/Model';
import { Stream } from '../stream/Stream';
import { checkForeign, foreignOf } from './moments';

/** Part (b): two replicas under a stream of requests, of which one or the other is killed. */
export async function killAtRandom(
  lab: Lab,
  kills: number,
): Promise<PartResult> {
  const part = Part.begin('b: killed at random');
  const { portal, random, kinds } = lab;
  await portal.scale(2);
  const model = await Model.learn(lab);
  const foreign = await foreignOf(lab);
  await Stream.create({ lab, part, model, kinds, people: 3 }).during(
    async isOver => {
      let kill = 0;
      for (; kill < kills && lab.hasTime && !isOver(); kill += 1) {
        const victim = random.next() < 0.5 ? 0 : 1;
        // Now and then one is killed while the other still starts.
        if (random.next() < 0.8) {
          await portal.until(
            'the other replica answers',
            async () => portal.replicas[1 - victim].isServing,
          );
          await sleep(random.between(0, 2_500));
        }
        await portal.restart(victim);
        if ((kill + 1) % 20 === 0) {
          lab.say(`  ${kill + 1}/${kills} kills`);
        }
      }
      part.remark(`${kill} kills`);
    },
  );
  await checkForeign(lab, part, foreign);
  return part.end();
}
