import { TestAuthority, testEngine } from '@data-resources/test-engines';
import { contextOf } from './__testUtils__/contextOf';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { serveTls, stopTls } from './__testUtils__/serveTls';

jest.setTimeout(60_000);

/** Names by which the server is reached; its certificate has only the first. */
const NAME = 'localhost';
const OTHER_NAME = '127.0.0.1';

/** The modes of libpq, against a server whose certificate a test has issued. */
describe('TLS to a PostgreSQL server', () => {
  let bench: PostgresBench;
  let authority: TestAuthority;
  let stranger: TestAuthority;

  beforeAll(async () => {
    bench = await PostgresBench.of(testEngine('postgres-prod'));
    [authority, stranger] = await Promise.all([
      TestAuthority.create('The authority of the server'),
      TestAuthority.create('Somebody else’s authority'),
    ]);
    await serveTls(bench.server, authority, {
      subject: 'CN=the database server',
      dns: [NAME],
    });
  });
  afterAll(async () => {
    await stopTls(bench.server);
    await bench.close();
  });

  /** What the product and what the server say of the connection. */
  async function connect(sslmode: string, host: string, ca?: string) {
    const { port } = bench.server;
    const instance = bench.openInstance({
      admin: { host, port, sslmode, ...(ca ? { ca } : {}) },
    });
    try {
      const { conditions } = await instance.probe(contextOf());
      const [{ encrypted }] = await bench.sql<{ encrypted: boolean }>(
        `SELECT bool_and(ssl) AS encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
         WHERE application_name = 'data-resources'`,
      );
      const { status } = conditions.find(({ type }) => type === 'Encryption')!;
      return { encrypted, status };
    } catch (error) {
      return (error as Error).message;
    } finally {
      await instance.close();
    }
  }

  const WRONG_NAME = expect.stringMatching(
    /IP: 127\.0\.0\.1 is not in the cert's list/,
  );
  const WRONG_AUTHORITY = expect.stringMatching(/unable to verify|self.signed/);
  const encrypted = (status: string) => ({ encrypted: true, status });
  const authorities = () => ({
    own: authority.pem,
    other: stranger.pem,
    none: undefined,
  });

  it.each([
    ['disable', NAME, 'none', { encrypted: false, status: 'ok' }],
    ['require', NAME, 'none', encrypted('warn')],
    ['require', OTHER_NAME, 'other', encrypted('warn')],
    ['verify-ca', NAME, 'own', encrypted('ok')],
    ['verify-ca', OTHER_NAME, 'own', encrypted('ok')],
    ['verify-ca', NAME, 'other', WRONG_AUTHORITY],
    ['verify-full', NAME, 'own', encrypted('ok')],
    ['verify-full', OTHER_NAME, 'own', WRONG_NAME],
    ['verify-full', NAME, 'other', WRONG_AUTHORITY],
    ['verify-full', NAME, 'none', WRONG_AUTHORITY],
  ] as const)(
    'should be as %s has it when %s is called with the authority: %s',
    async (sslmode, host, whose, outcome) => {
      expect(await connect(sslmode, host, authorities()[whose])).toEqual(
        outcome,
      );
    },
  );

  it('should ask every host for its own name', async () => {
    const { port } = bench.server;
    const instance = bench.openInstance({
      admin: {
        host: [OTHER_NAME, NAME],
        port,
        sslmode: 'verify-full',
        ca: authority.pem,
      },
    });
    const { conditions } = await instance.probe(contextOf());
    await instance.close();
    expect(conditions).toContainEqual(
      expect.objectContaining({ type: 'Encryption', status: 'ok' }),
    );
  });
});
