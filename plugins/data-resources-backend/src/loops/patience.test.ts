import { setTimeout as sleep } from 'node:timers/promises';
import { mockServices } from '@backstage/backend-test-utils';
import { Loop } from './Loop';
import { Rush } from './Rush';

jest.setTimeout(30_000);

describe('loops that may wait', () => {
  const turnsOf = (rush: Rush) => {
    const turns: number[] = [];
    const loop = Loop.start({
      name: 'Test',
      intervalMs: 20,
      logger: mockServices.logger.mock(),
      run: async () => {
        turns.push(performance.now());
      },
      mayWait: () => rush.isOn,
    });
    return { turns, loop };
  };

  it('should leave turns out while much is done at once, and take them again afterwards', async () => {
    const rush = Rush.create();
    const { turns, loop } = turnsOf(rush);
    await rush.during(200, async () => {
      await sleep(300);
      expect(turns).toEqual([]);
    });
    while (turns.length < 2) {
      await sleep(10);
    }
    await loop.stop();
  });

  it('should take a turn after some seconds, however long much is done', async () => {
    const rush = Rush.create();
    const { turns, loop } = turnsOf(rush);
    const begin = performance.now();
    await rush.during(200, async () => {
      while (turns.length < 2) {
        await sleep(10);
      }
    });
    await loop.stop();
    expect(turns[0] - begin).toBeGreaterThan(2_500);
    expect(turns[1] - turns[0]).toBeGreaterThan(2_500);
  });

  it('should keep its turns beside little, and beside what failed', async () => {
    const rush = Rush.create();
    await rush.during(3, async () => expect(rush.isOn).toBe(false));
    await expect(
      rush.during(200, async () => {
        await rush.during(100, async () => {});
        expect(rush.isOn).toBe(true);
        throw new Error('in vain');
      }),
    ).rejects.toThrow('in vain');
    expect(rush.isOn).toBe(false);
  });
});
