import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { BenchDatabase } from '../BenchDatabase';

const PLUGIN = 'catalog';

/**
 * What a plugin calls the API with on somebody's behalf. Its key is made known the way plugins
 * themselves do.
 */
export async function delegatedTokens(
  database: BenchDatabase,
  prefix: string,
): Promise<(userToken: string) => Promise<string>> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', {
    extractable: true,
  });
  const kid = randomUUID();
  const key = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  await database.asAdmin(`${prefix}${PLUGIN}`, client =>
    client.query(
      "INSERT INTO backstage_backend_public_keys__keys (id, key, expires_at) VALUES ($1, $2, now() + interval '1 day')",
      [kid, JSON.stringify(key)],
    ),
  );
  return userToken =>
    new SignJWT({ obo: limited(userToken) })
      .setProtectedHeader({ typ: 'vnd.backstage.plugin', alg: 'ES256', kid })
      .setSubject(PLUGIN)
      .setAudience('data-resources')
      .setIssuedAt()
      .setExpirationTime('3h')
      .sign(privateKey);
}

/** The part of a person's token that others may pass on, signed by its identity proof. */
function limited(token: string): string {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map(part => JSON.parse(Buffer.from(part, 'base64url').toString()));
  const { alg, kid } = header;
  const { sub, iat, exp, uip } = payload;
  return `${encoded({ typ: 'vnd.backstage.limited-user', alg, kid })}.${encoded(
    {
      sub,
      iat,
      exp,
    },
  )}.${uip}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
