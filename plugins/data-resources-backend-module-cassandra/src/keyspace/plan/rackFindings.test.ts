import { planInput } from '../../__testUtils__/planInput';
import { planKeyspace } from './planKeyspace';

const racksOf = (racks: { [rack: string]: number }) => ({ east: racks });

function findings(
  racks: { [rack: string]: number },
  replicas: number,
  action: 'create' | 'update' = 'update',
) {
  const nodes = Object.values(racks).reduce((sum, each) => sum + each, 0);
  return planKeyspace(
    planInput({
      action,
      spec: { replication: { east: replicas } },
      ...(action === 'update' ? { seen: { replication: { east: 1 } } } : {}),
      dataCenters: { east: nodes },
      racks: racksOf(racks),
    }),
  ).findings.filter(({ policy }) => policy === 'cassandra/racks');
}

describe('the racks of a replication', () => {
  it.each([
    // Three racks, a replica in each: a rack may go.
    [
      { a: 2, b: 2, c: 2 },
      3,
      [
        'info: one rack holds up to 1 of each row, and LOCAL_QUORUM there bears',
      ],
    ],
    // Two racks: one of them holds two of three.
    [
      { a: 2, b: 2 },
      3,
      [
        'warn: one rack holds up to 2 of each row, and LOCAL_QUORUM there does not bear',
      ],
    ],
    [{ a: 2, b: 2, c: 2 }, 5, ['info: one rack holds up to 2 of each row']],
    [
      { a: 1, b: 1 },
      2,
      [
        'warn: one rack holds up to 1 of each row, and LOCAL_QUORUM there does not bear',
      ],
    ],
    [{ a: 6 }, 3, ['info: All nodes of "east" are in one rack, "a"']],
    [
      { a: 4, b: 2, c: 4 },
      3,
      ['info: one rack holds', 'warn: a node of "b" holds 2 times as much'],
    ],
    [{ a: 4, b: 2, c: 4 }, 2, ['warn: does not bear']],
  ])('should be told for %j and %d replicas', (racks, replicas, expected) => {
    const told = findings(racks, replicas);
    expect(told.map(({ effect }) => effect)).toEqual(
      expected.map(each => each.split(': ')[0]),
    );
    told.forEach(({ message, path }, index) => {
      expect(path).toBe('spec.replication.east');
      expect(message).toContain(expected[index].slice(6));
    });
  });

  it('should say nothing of one replica, nor of more than there are nodes', () => {
    expect(findings({ a: 1, b: 1 }, 1)).toEqual([]);
    expect(findings({ a: 1, b: 1 }, 3)).toEqual([]);
  });

  it('should warn of a new keyspace, and not more than that', () => {
    expect(findings({ a: 2, b: 2 }, 3, 'create')).toMatchObject([
      { effect: 'warn' },
    ]);
    expect(findings({ a: 2, b: 2, c: 2 }, 3, 'create')).toEqual([]);
  });
});
