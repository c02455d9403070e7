import { acceptDrift } from './acceptDrift';

describe('acceptDrift', () => {
  it('should declare what the engine has, and nothing else differently', () => {
    const spec = {
      partitions: 3,
      replicationFactor: 1,
      config: { 'retention.ms': '1000', 'cleanup.policy': 'delete' },
    };
    expect(
      acceptDrift(spec, [
        { path: 'partitions', from: 6, to: 3, kind: 'unsupported' },
        {
          path: 'config.retention.ms',
          from: '2000',
          to: '1000',
          kind: 'in-place',
        },
        { path: 'config.cleanup.policy', to: 'delete', kind: 'in-place' },
        { path: 'config.max.message.bytes', from: '9', kind: 'in-place' },
      ]),
    ).toEqual({
      partitions: 6,
      replicationFactor: 1,
      config: { 'retention.ms': '2000', 'max.message.bytes': '9' },
    });
    expect(spec.partitions).toBe(3);
  });

  it('should keep a list a list, whose entries go by their names', () => {
    expect(
      acceptDrift(
        {
          extensions: ['citext', 'hstore@1.8', 'pgcrypto'],
          schemas: ['sales', 'stock'],
        },
        [
          { path: 'extensions.citext', to: 'citext', kind: 'in-place' },
          {
            path: 'extensions.hstore',
            from: '1.7',
            to: '1.8',
            kind: 'in-place',
          },
          { path: 'schemas.stock', to: 'stock', kind: 'in-place' },
          {
            path: 'schemas.sales.privileges',
            to: 'as they are made',
            kind: 'in-place',
          },
        ],
      ),
    ).toEqual({ extensions: ['hstore@1.7', 'pgcrypto'], schemas: ['sales'] });
  });

  it('should make a map that was not declared', () => {
    expect(
      acceptDrift({ connectionLimit: 5 }, [
        { path: 'parameters.work_mem', from: '8MB', kind: 'in-place' },
      ]),
    ).toEqual({ connectionLimit: 5, parameters: { work_mem: '8MB' } });
  });
});
