import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';
import type { RequestRow } from '../database/rows';
import { UsageLedger } from './UsageLedger';

jest.setTimeout(60_000);

const BOX = {
  type: 'memory-box',
  counters: ['boxes', 'volume'],
  usage: ({ size }: { size: number }) => ({ boxes: 1, volume: size }),
} as unknown as ResourceType;
const HOLDER = { owner: 'group:default/payments', environment: 'dev' };

describe('UsageLedger', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;
  let ledger: UsageLedger;
  let boxId: string;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
    boxId = await portal.readyBox('one');
    await portal.readyBox('two');
    await portal.stop();
    ledger = UsageLedger.create({ knex, types: new Map([[BOX.type, BOX]]) });
  });

  const volume = async (holder = HOLDER) => {
    const held = await ledger.held(holder);
    return held.map(({ resources, counts }) => [resources, counts.volume]);
  };

  it('should sum up per type and instance', async () => {
    expect(await ledger.held(HOLDER)).toEqual([
      {
        type: 'memory-box',
        instance: 'box-dev',
        resources: 2,
        counts: { boxes: 2, volume: 6 },
      },
    ]);
    expect(await volume({ ...HOLDER, environment: 'prod' })).toEqual([]);
    expect(await ledger.held({ ...HOLDER, except: boxId })).toMatchObject([
      { resources: 1, counts: { boxes: 1, volume: 3 } },
    ]);
  });

  it('should count what was written without, and then keep it', async () => {
    await knex('resources').update({ usage: null });
    expect(await volume()).toEqual([[2, 6]]);
    expect(await ledger.countUncounted()).toBe(2);
    expect(await ledger.countUncounted()).toBe(0);
    expect(
      (await knex('resources').orderBy('name')).map(({ usage }) => usage),
    ).toEqual([
      { boxes: 1, volume: 3 },
      { boxes: 1, volume: 3 },
    ]);
    expect(await volume()).toEqual([[2, 6]]);
  });

  it('should count the largest update that is approved and not begun', async () => {
    const [{ id: _, ...like }]: RequestRow[] = await knex<RequestRow>(
      'requests',
    ).where({ resource_id: boxId });
    const update = async (state: string, size: number) =>
      knex('requests').insert({
        ...like,
        id: uuid(),
        action: 'update',
        state,
        input: JSON.stringify({ action: 'update', spec: { size } }),
        idempotency_key: null,
      });
    await update('pending', 100);
    expect(await volume()).toEqual([[2, 6]]);
    await update('approved', 10);
    await update('approved', 8);
    await update('approved', 1);
    expect(await volume()).toEqual([[2, 13]]);
    expect(await ledger.held({ ...HOLDER, except: boxId })).toMatchObject([
      { counts: { volume: 3 } },
    ]);
  });

  it('should count nothing that is deleted', async () => {
    await knex('requests')
      .where({ action: 'update' })
      .update({ state: 'expired' });
    await knex('resources').where({ id: boxId }).update({ phase: 'deleted' });
    expect(await volume()).toEqual([[1, 3]]);
  });
});
