import { createHash, KeyObject, webcrypto } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import * as x509 from '@peculiar/x509';
import { writePrivateFile } from '../secrets';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000;

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
  x509.cryptoProvider.set(webcrypto as Crypto);
  const [caKeys, keys] = await Promise.all([generateKeys(), generateKeys()]);
  const validity = {
    notBefore: new Date(Date.now() - 3600 * 1000),
    notAfter: new Date(Date.now() + TEN_YEARS_MS),
    signingAlgorithm: algorithm,
  };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: serialNumber('ca'),
    name: 'CN=Data Resources development CA',
    keys: caKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: serialNumber('server'),
    subject: 'CN=localhost',
    issuer: ca.subject,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ],
  });
  const key = KeyObject.from(keys.privateKey as webcrypto.CryptoKey).export({
    type: 'pkcs8',
    format: 'pem',
  });
  await fs.writeFile(caFile, `${ca.toString('pem')}\n`);
  await writePrivateFile(
    keystoreFile,
    `${key}${certificate.toString('pem')}\n${ca.toString('pem')}\n`,
  );
  return { caFile, keystoreFile };
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
}

function serialNumber(name: string): string {
  return createHash('sha256')
    .update(`${name} ${Date.now()}`)
    .digest('hex')
    .slice(0, 16)
    .replace(/^./, '1');
}
