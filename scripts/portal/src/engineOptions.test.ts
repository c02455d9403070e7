import { enginePorts, enginesFromOnly, parsePorts } from './engineOptions';

describe('options of the engines', () => {
  it('should understand engines by their name, and both PostgreSQL servers by one', () => {
    expect(enginesFromOnly('postgres,kafka')).toEqual([
      'postgres-dev',
      'postgres-prod',
      'kafka-dev',
    ]);
    expect(enginesFromOnly(undefined)).toBeUndefined();
    expect(() => enginesFromOnly('kafka,mysql')).toThrow(
      "--only names 'mysql'; known are portal, postgres, kafka, cassandra",
    );
  });

  it('should read ports by name and explain what it cannot read', () => {
    const known = ['app', 'kafka-dev'] as const;
    expect(parsePorts(['app=3001', 'kafka-dev=9092'], known)).toEqual({
      app: 3001,
      'kafka-dev': 9092,
    });
    expect(() => parsePorts(['web=1'], known)).toThrow(
      "--port names 'web'; it is --port <name>=<number> with one of app, kafka-dev",
    );
    for (const wrong of ['app', 'app=', 'app=x', 'app=70000', 'app=1.5']) {
      expect(() => parsePorts([wrong], known)).toThrow(/--port app is '/);
    }
  });

  it('should take free ports for base 0 and keep those that are set', async () => {
    const ports = await enginePorts(0, { 'portal-db': 5432 });
    expect(ports['portal-db']).toBe(5432);
    const taken = Object.values(ports);
    expect(taken.length).toBeGreaterThan(1);
    expect(new Set(taken).size).toBe(taken.length);
  });
});
