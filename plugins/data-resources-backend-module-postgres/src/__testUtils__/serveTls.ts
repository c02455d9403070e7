import {
  type CertificateRequest,
  type PostgresDescription,
  sqlAsAdmin,
  type TestAuthority,
} from '@data-resources/test-engines';

/**
 * Gives a running server a certificate and switches TLS on. The server writes the files itself, for
 * only its user may.
 */
export async function serveTls(
  server: PostgresDescription,
  authority: TestAuthority,
  request: CertificateRequest,
): Promise<void> {
  const { key, certificate } = await authority.issue(request);
  for (const [file, text] of [
    ['tls-test.key', key],
    ['tls-test.crt', certificate],
  ]) {
    await sqlAsAdmin(
      server,
      `COPY (SELECT unnest(string_to_array('${text.trim()}', E'\\n'))) TO PROGRAM 'umask 077; cat >${file}'`,
    );
  }
  for (const setting of [
    `ssl_key_file = 'tls-test.key'`,
    `ssl_cert_file = 'tls-test.crt'`,
    'ssl = on',
  ]) {
    await sqlAsAdmin(server, `ALTER SYSTEM SET ${setting}`);
  }
  await sqlAsAdmin(server, 'SELECT pg_reload_conf()');
  await settings(server, 'on');
}

/** Switches it off again. */
export async function stopTls(server: PostgresDescription): Promise<void> {
  for (const name of ['ssl', 'ssl_key_file', 'ssl_cert_file']) {
    await sqlAsAdmin(server, `ALTER SYSTEM RESET ${name}`);
  }
  await sqlAsAdmin(server, 'SELECT pg_reload_conf()');
  await settings(server, 'off');
}

/** A reload reaches the processes one after the other. */
async function settings(
  server: PostgresDescription,
  wanted: string,
): Promise<void> {
  for (;;) {
    const [{ ssl }] = await sqlAsAdmin<{ ssl: string }>(server, 'SHOW ssl');
    if (ssl === wanted) {
      return;
    }
  }
}
