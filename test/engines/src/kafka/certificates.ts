import { promises as fs } from 'node:fs';
import path from 'node:path';
import { writePrivateFile } from '../secrets';
import { TestAuthority } from './TestAuthority';

/**
 * Makes a certificate authority and a certificate for `localhost` and 127.0.0.1 as
 * PEM files, unless they are there: `ca.pem` for clients, and `keystore.pem` with key,
 * certificate and authority for the server. The authority's key is thrown away.
 */
export async function ensureCertificates(
  folder: string,
): Promise<{ caFile: string; keystoreFile: string }> {
  const caFile = path.join(folder, 'ca.pem');
  const keystoreFile = path.join(folder, 'keystore.pem');
  if (await fs.stat(keystoreFile).catch(() => undefined)) {
    return { caFile, keystoreFile };
  }
  await fs.mkdir(folder, { recursive: true });
  const authority = await TestAuthority.create('Data Resources development CA');
  const { key, certificate } = await authority.issue({
    subject: 'CN=localhost',
    dns: ['localhost'],
    ips: ['127.0.0.1'],
  });
  await fs.writeFile(caFile, `${authority.pem}\n`);
  await writePrivateFile(
    keystoreFile,
    `${key}${certificate}\n${authority.pem}\n`,
  );
  return { caFile, keystoreFile };
}
