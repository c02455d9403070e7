import fc from 'fast-check';
import { assignReplicas } from './assignReplicas';
import type { BrokerPlace } from './ReplicaSpread';

const brokers = (count: number): BrokerPlace[] =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1 }));

const inRacks = (...racks: string[]): BrokerPlace[] =>
  racks.map((rack, index) => ({ id: index + 1, rack }));

/** How many replicas each broker has. */
function loads(assignment: readonly (readonly number[])[]): number[] {
  const counts = new Map<number, number>();
  for (const id of assignment.flat()) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts.values()].sort((left, right) => left - right);
}

describe('the assignment of replicas', () => {
  it('should add to what is there, evenly', () => {
    const after = assignReplicas([[1], [2], [3], [1], [2], [3]], {
      name: 'orders',
      replicationFactor: 2,
      brokers: brokers(3),
    });

    expect(after.map(([first]) => first)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(loads(after)).toEqual([4, 4, 4]);
  });

  it('should give an empty broker its share', () => {
    const after = assignReplicas(
      [
        [1, 2],
        [2, 1],
        [1, 2],
        [2, 1],
      ],
      { name: 'orders', replicationFactor: 3, brokers: brokers(4) },
    );

    expect(loads(after)).toEqual([2, 2, 4, 4]);
  });

  it('should spread over racks before it looks for room', () => {
    const after = assignReplicas([[1], [2], [1], [2]], {
      name: 'orders',
      replicationFactor: 2,
      brokers: inRacks('a', 'a', 'b'),
    });

    expect(after.map(([, second]) => second)).toEqual([3, 3, 3, 3]);
  });

  it('should mind no racks where one broker has none', () => {
    const after = assignReplicas([[1], [1], [1], [1]], {
      name: 'orders',
      replicationFactor: 2,
      brokers: [{ id: 1, rack: 'a' }, { id: 2, rack: 'a' }, { id: 3 }],
    });

    expect(loads(after)).toEqual([2, 2, 4]);
  });

  it('should take away what shares a rack, and keep the preferred leader', () => {
    const after = assignReplicas(
      [
        [1, 2, 3],
        [2, 3, 1],
        [3, 1, 2],
      ],
      {
        name: 'orders',
        replicationFactor: 2,
        brokers: inRacks('a', 'a', 'b'),
      },
    );

    expect(after[0]).toEqual([1, 3]);
    expect(after[1]).toEqual([2, 3]);
    expect(after[2][0]).toBe(3);
  });

  it('should take away first what does not run', () => {
    const after = assignReplicas([[1, 2, 9]], {
      name: 'orders',
      replicationFactor: 2,
      brokers: brokers(3),
    });

    expect(after).toEqual([[1, 2]]);
  });

  it('should not begin at the same broker for every topic', () => {
    const first = new Set(
      Array.from(
        { length: 20 },
        (_, index) =>
          assignReplicas([[1]], {
            name: `topic-${index}`,
            replicationFactor: 2,
            brokers: brokers(4),
          })[0][1],
      ),
    );

    expect(first).toEqual(new Set([2, 3, 4]));
  });

  it('should always move as little as there is to move, and spread what it moves', () => {
    const scene = fc
      .record({
        brokers: fc.integer({ min: 1, max: 9 }),
        racks: fc.integer({ min: 1, max: 4 }),
        from: fc.integer({ min: 1, max: 9 }),
        to: fc.integer({ min: 1, max: 9 }),
        partitions: fc.integer({ min: 1, max: 30 }),
        shift: fc.nat(8),
        name: fc.string({ minLength: 1 }),
      })
      .filter(each => Math.max(each.from, each.to) <= each.brokers);
    fc.assert(
      fc.property(scene, each => {
        const all = Array.from({ length: each.brokers }, (_, index) => ({
          id: index,
          rack: String(index % each.racks),
        }));
        const before = Array.from({ length: each.partitions }, (_, partition) =>
          Array.from(
            { length: each.from },
            (__, replica) =>
              (partition + replica * (1 + each.shift)) % each.brokers,
          ),
        ).map(replicas => [...new Set(replicas)]);
        const options = {
          name: each.name,
          replicationFactor: each.to,
          brokers: all,
        };
        const after = assignReplicas(before, options);

        expect(assignReplicas(before, options)).toEqual(after);
        after.forEach((replicas, partition) => {
          const old = before[partition];
          expect(new Set(replicas).size).toBe(each.to);
          expect(replicas[0]).toBe(old[0]);
          expect(replicas.filter(id => old.includes(id))).toHaveLength(
            Math.min(each.to, old.length),
          );
        });
      }),
    );
  });
});
