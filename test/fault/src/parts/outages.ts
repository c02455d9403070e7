import { setTimeout as sleep } from 'node:timers/promises';
import {
  cqlAsAdmin,
  kafkaAcls,
  sqlAsAdmin,
  type EnginesDescription,
} from '@data-resources/test-engines';
import type { Kind } from '../kinds';
import type { Lab } from '../Lab';
import { Part, type PartResult } from '../Report';
import { Model } from '../stream/Model';
import { Stream } from '../stream/Stream';

/** Takes a right from the portal's account and gives it back: the engine answers "no" meanwhile. */
const rights: Record<
  Kind['name'],
  (engines: EnginesDescription, may: boolean) => Promise<unknown>
> = {
  postgres: async ({ engines }, may) =>
    sqlAsAdmin(
      engines['postgres-dev']!,
      `ALTER ROLE data_resources ${may ? '' : 'NO'}CREATEDB ${
        may ? '' : 'NO'
      }CREATEROLE`,
    ),
  kafka: async ({ engines }, may) =>
    kafkaAcls(
      [
        may ? '--remove' : '--add',
        ...(may ? ['--force'] : []),
        '--deny-principal',
        `User:${engines['kafka-dev']!.provisioner.user}`,
        '--operation',
        'All',
        '--topic',
        '*',
        '--cluster',
      ],
      engines['kafka-dev']!,
    ),
  cassandra: async ({ engines }, may) =>
    cqlAsAdmin(
      may
        ? 'GRANT CREATE ON ALL KEYSPACES TO data_resources'
        : 'REVOKE CREATE ON ALL KEYSPACES FROM data_resources',
      [],
      engines['cassandra-dev']!,
    ),
};

/** Who asks while a right is missing is told so, with what an administrator has to run. */
const UNFIT = /^(instance\/.*|cassandra\/provisioner-rights)$/;

/** Part (d): each engine is stopped, freezes, and says no, under a stream of requests. */
export async function outages(lab: Lab, times: number): Promise<PartResult> {
  const part = Part.begin('d: engines stopped, frozen, refusing');
  await lab.portal.scale(2);
  const model = await Model.learn(lab);
  const stream = Stream.create({
    lab,
    part,
    model,
    kinds: lab.kinds,
    people: 2,
    unfit: UNFIT,
  });
  await stream.during(async isOver => {
    for (let time = 0; time < times; time += 1) {
      for (const kind of lab.random.shuffled(lab.kinds)) {
        for (const trouble of lab.random.shuffled(troublesOf(lab, kind))) {
          if (isOver() || !lab.hasTime) {
            return;
          }
          await sleep(lab.random.between(500, 2_000));
          await trouble();
        }
      }
    }
  });
  return part.end();
}

function troublesOf(
  lab: Lab,
  { name, instance }: Kind,
): (() => Promise<void>)[] {
  const { random, portal } = lab;
  const engine = lab.engines.engine(instance);
  return [
    async () => {
      await engine.stop();
      await sleep(random.between(500, 4_000));
      await engine.start(portal.signal);
    },
    async () => {
      await engine.freeze();
      await sleep(random.between(3_000, 10_000));
      await engine.resume();
    },
    async () => {
      await rights[name](lab.description, false);
      try {
        await sleep(random.between(1_000, 4_000));
      } finally {
        await rights[name](lab.description, true);
      }
    },
  ];
}
