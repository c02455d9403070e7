import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { configPath } from './configPath';
import { firstCertificate, readPem } from './readPem';
import type { Pem } from './readPem';

/** In PKCS8, and as OpenSSL wrote it before. */
const ENCRYPTED = /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/;

/** What the portal proves with who it is. */
export interface ClientCertificate {
  /** The certificate, and those that vouch for it, as PEM. */
  chain: string;
  key: string;
  passphrase?: string;
  /** As `X509Certificate.subject` has it. */
  subject: string;
  /** When it is not taken any more; ISO 8601. */
  validTo: string;
}

/**
 * `certificate`, `key` and `keyPassphrase`, or the first two as files.
 *
 * @throws InputError with the path of what is missing or does not fit together
 */
export function readClientCertificate(
  config: Config,
  protocol: string,
): ClientCertificate | undefined {
  const chain = readPem(config, 'certificate');
  const key = readPem(config, 'key');
  const passphrase = config.getOptionalString('keyPassphrase');
  if (!chain && !key) {
    if (passphrase !== undefined) {
      throw new InputError(
        `${configPath(
          config,
          'keyPassphrase',
        )} is set without a key; set key or keyFile as well, or remove it`,
      );
    }
    return undefined;
  }
  if (!chain || !key) {
    const [there, missing] = chain
      ? [chain.path, 'key or keyFile']
      : [key!.path, 'certificate or certificateFile'];
    throw new InputError(
      `${there} is set without ${missing}; a broker wants both`,
    );
  }
  if (!protocol.endsWith('SSL')) {
    throw new InputError(
      `${configPath(
        config,
        'securityProtocol',
      )} is '${protocol}', which uses no certificates; use '${
        protocol === 'PLAINTEXT' ? 'SSL' : 'SASL_SSL'
      }' or remove certificate and key`,
    );
  }
  const certificate = firstCertificate(chain);
  if (!certificate.checkPrivateKey(privateKey(key, passphrase, config))) {
    throw new InputError(
      `${key.path} is not the key of the certificate in ${chain.path}`,
    );
  }
  return {
    chain: chain.text,
    key: key.text,
    ...(passphrase === undefined ? {} : { passphrase }),
    subject: certificate.subject,
    validTo: new Date(certificate.validTo).toISOString(),
  };
}

function privateKey(
  { text, path }: Pem,
  passphrase: string | undefined,
  config: Config,
): KeyObject {
  try {
    return createPrivateKey({ key: text, format: 'pem', passphrase });
  } catch {
    if (passphrase === undefined && ENCRYPTED.test(text)) {
      throw new InputError(
        `${path} holds a key that is encrypted; set ${configPath(
          config,
          'keyPassphrase',
        )}`,
      );
    }
    throw new InputError(
      passphrase === undefined
        ? `${path} holds no private key in PEM format (-----BEGIN PRIVATE KEY-----)`
        : `${path} holds no private key in PEM format that ${configPath(
            config,
            'keyPassphrase',
          )} opens`,
    );
  }
}
