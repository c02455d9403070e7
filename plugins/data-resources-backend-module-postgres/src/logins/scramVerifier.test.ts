import { PostgresBench } from '../__testUtils__/PostgresBench';
import { scramVerifier } from './scramVerifier';

describe('scramVerifier', () => {
  it('should give the verifier that a server made of the same password and salt', async () => {
    const server = await PostgresBench.create();
    const role = server.uniqueName();
    try {
      for (const password of ['pencil', 'pä\u00a0ss ½', `'"\\ $`]) {
        await server.sql(
          `CREATE ROLE ${role} PASSWORD '${password.replaceAll("'", "''")}'`,
        );
        const [{ rolpassword }] = await server.sql<{ rolpassword: string }>(
          'SELECT rolpassword FROM pg_authid WHERE rolname = $1',
          { values: [role] },
        );
        await server.sql(`DROP ROLE ${role}`);
        const salt = /^SCRAM-SHA-256\$4096:([^$]+)\$/.exec(rolpassword)![1];

        expect(await scramVerifier(password, Buffer.from(salt, 'base64'))).toBe(
          rolpassword,
        );
      }
    } finally {
      await server.sql(`DROP ROLE IF EXISTS ${role}`);
      await server.close();
    }
  });

  it('should never give the same verifier twice', async () => {
    expect(await scramVerifier('same')).not.toBe(await scramVerifier('same'));
  });
});
