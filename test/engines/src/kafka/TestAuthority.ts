import { createHash, KeyObject, randomUUID, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const TEN_YEARS_MS = 10 * 365 * 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/** What a certificate is made from. */
export interface CertificateRequest {
  /** As RFC 2253 has it reversed, e.g. `C=DE, O=Example, CN=portal`. */
  subject: string;
  /** Names and addresses of a server. */
  dns?: readonly string[];
  ips?: readonly string[];
  /** Default: in ten years. */
  notAfter?: Date;
}

/** A certificate authority of a test's own; its key is never written down. */
export class TestAuthority {
  /** Its certificate. */
  readonly pem: string;
  readonly #name: string;
  readonly #keys: CryptoKeyPair;

  private constructor(options: {
    pem: string;
    name: string;
    keys: CryptoKeyPair;
  }) {
    this.pem = options.pem;
    this.#name = options.name;
    this.#keys = options.keys;
  }

  static async create(commonName: string): Promise<TestAuthority> {
    x509.cryptoProvider.set(webcrypto as Crypto);
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      notBefore: new Date(Date.now() - HOUR_MS),
      notAfter: new Date(Date.now() + TEN_YEARS_MS),
      signingAlgorithm: algorithm,
      serialNumber: serialNumber(),
      name: `CN=${commonName}`,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    });
    return new TestAuthority({
      pem: certificate.toString('pem'),
      name: certificate.subject,
      keys,
    });
  }

  /** A key in PKCS8 and its certificate, as PEM. */
  async issue({
    subject,
    dns = [],
    ips = [],
    notAfter = new Date(Date.now() + TEN_YEARS_MS),
  }: CertificateRequest): Promise<{ key: string; certificate: string }> {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      notBefore: new Date(Math.min(Date.now(), notAfter.getTime()) - HOUR_MS),
      notAfter,
      signingAlgorithm: algorithm,
      serialNumber: serialNumber(),
      subject,
      issuer: this.#name,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        ...(dns.length + ips.length > 0
          ? [
              new x509.SubjectAlternativeNameExtension([
                ...dns.map(value => ({ type: 'dns' as const, value })),
                ...ips.map(value => ({ type: 'ip' as const, value })),
              ]),
            ]
          : []),
        new x509.ExtendedKeyUsageExtension([
          x509.ExtendedKeyUsage.serverAuth,
          x509.ExtendedKeyUsage.clientAuth,
        ]),
      ],
    });
    const key = KeyObject.from(keys.privateKey as webcrypto.CryptoKey).export({
      type: 'pkcs8',
      format: 'pem',
    });
    return { key: String(key), certificate: certificate.toString('pem') };
  }
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair;
}

function serialNumber(): string {
  return createHash('sha256')
    .update(randomUUID())
    .digest('hex')
    .slice(0, 16)
    .replace(/^./, '1');
}
