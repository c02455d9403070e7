import { postgresDatabase } from './postgresDatabase';
import { specSchema } from './specSchema';

describe('postgresDatabase', () => {
  it.each([
    [{}, 20],
    [{ connectionLimit: 5 }, 5],
    // Without a limit it may take all that a server can have.
    [{ connectionLimit: -1 }, 262_143],
  ])('should count the database %j as %i connections', (spec, connections) => {
    expect(postgresDatabase.counters).toEqual(['databases', 'connections']);
    expect(postgresDatabase.usage!(specSchema.parse(spec))).toEqual({
      databases: 1,
      connections,
    });
  });
});
