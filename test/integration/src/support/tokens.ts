import { generateKeyPairSync, KeyObject, randomUUID, sign } from 'node:crypto';
import { sqlAsAdmin } from '@data-resources/test-engines';
import type { Person } from './Person';

const HOUR_S = 3600;

/** A key that the portal takes for its own. */
export interface TrustedKey {
  kid: string;
  key: KeyObject;
}

/** Makes a key for tokens that the portal's sign-in would issue, and makes it known. */
export async function trustedUserKey(): Promise<TrustedKey> {
  const { trusted, publicJwk } = newKey();
  await sqlAsAdmin(
    'portal',
    'INSERT INTO signing_keys (kid, key) VALUES ($1, $2)',
    {
      database: 'backstage_plugin_auth',
      values: [trusted.kid, publicJwk],
    },
  );
  return trusted;
}

/**
 * Makes a key for tokens of the scaffolder, a plugin that calls others by itself and on behalf
 * of people, and makes it known the way that plugin does.
 */
export async function trustedPluginKey(): Promise<TrustedKey> {
  const { trusted, publicJwk } = newKey();
  await sqlAsAdmin(
    'portal',
    "INSERT INTO backstage_backend_public_keys__keys (id, key, expires_at) VALUES ($1, $2, now() + interval '1 hour')",
    {
      database: 'backstage_plugin_scaffolder',
      values: [trusted.kid, publicJwk],
    },
  );
  return trusted;
}

/** A key of which the portal knows nothing. */
export function unknownKey(): TrustedKey {
  return newKey().trusted;
}

/** A user's token that is in order but for what `claims` change. */
export function userToken(
  key: TrustedKey,
  ref: string,
  claims: Record<string, unknown> = {},
): string {
  return jwt(key, 'vnd.backstage.user', {
    sub: ref,
    ent: [ref],
    aud: 'backstage',
    ...validNow(),
    ...claims,
  });
}

/** What the scaffolder calls the backend of data resources with in its own name. */
export function serviceToken(key: TrustedKey): string {
  return jwt(key, 'vnd.backstage.plugin', {
    sub: 'scaffolder',
    aud: 'data-resources',
    ...validNow(),
  });
}

/** What the scaffolder calls it with while it carries out a task of that person. */
export async function delegatedToken(
  key: TrustedKey,
  person: Person,
): Promise<string> {
  return jwt(key, 'vnd.backstage.plugin', {
    sub: 'scaffolder',
    aud: 'data-resources',
    obo: limited(await person.token()),
    ...validNow(),
  });
}

/** The part of a person's token that others may pass on, signed by its identity proof. */
export function limited(token: string): string {
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map(part => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return [
    encode({
      typ: 'vnd.backstage.limited-user',
      alg: header.alg,
      kid: header.kid,
    }),
    encode({ sub: payload.sub, iat: payload.iat, exp: payload.exp }),
    payload.uip,
  ].join('.');
}

function validNow() {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, exp: now + HOUR_S };
}

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  });
  const kid = randomUUID();
  return {
    trusted: { kid, key: privateKey },
    publicJwk: JSON.stringify({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg: 'ES256',
    }),
  };
}

function jwt({ kid, key }: TrustedKey, typ: string, claims: object): string {
  const content = `${encode({ typ, alg: 'ES256', kid })}.${encode(claims)}`;
  const signature = sign('sha256', Buffer.from(content), {
    key,
    dsaEncoding: 'ieee-p1363',
  });
  return `${content}.${signature.toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
