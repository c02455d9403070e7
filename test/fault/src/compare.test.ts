import { differences, judge } from './compare';
import { isBad, Part, tableOf } from './Report';

const expected = {
  engine: ['database <name>', 'member <login>_a of <name>_rw'],
  state: ['resource <name> phase=ready'],
  history: ['event <name> create request.completed x1'],
};

describe('the judgement of an object', () => {
  it('should let pass what is as expected', () => {
    const part = Part.begin('a');
    judge(part, 'orders', differences(expected, { ...expected }));
    expect(part.end()).toMatchObject({ attempts: 1, recovered: 1 });
    expect(isBad(part.end())).toBe(false);
  });

  it.each([
    ['lost', { ...expected, engine: ['database <name>'] }],
    ['lost', { engine: [], state: [], history: [] }],
    [
      'orphaned',
      { ...expected, engine: [...expected.engine, 'role <login>_a'] },
    ],
    // The same line twice is not the same as once.
    [
      'orphaned',
      { ...expected, engine: [...expected.engine, 'database <name>'] },
    ],
    [
      'doubled',
      {
        ...expected,
        history: ['event <name> create request.completed x2'],
      },
    ],
  ] as const)('should call it %s when it is %j', (outcome, found) => {
    const part = Part.begin('a');
    judge(
      part,
      'orders',
      differences(expected, {
        engine: [...found.engine],
        state: [...found.state],
        history: [...found.history],
      }),
    );
    const result = part.end();
    expect(result).toMatchObject({ attempts: 1, recovered: 0, [outcome]: 1 });
    expect(isBad(result)).toBe(true);
    expect(result.notes[0]).toContain('orders');
  });

  it('should show every count of every part', () => {
    const part = Part.begin('a: killed');
    part.count('recovered');
    part.count('failed');
    part.blame('orphaned', 'a role');
    const [head, row] = tableOf([part.end()]).split('\n');
    expect(head.trim().split(/\s+/)).toEqual([
      'part',
      'attempts',
      'recovered',
      'failed',
      'lost',
      'doubled',
      'orphaned',
      'duration',
    ]);
    expect(row).toMatch(/^a: killed\s+2\s+1\s+1\s+0\s+0\s+1\s+0 s$/);
  });
});
