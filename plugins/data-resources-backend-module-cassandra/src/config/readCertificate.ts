import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { configPath } from './configPath';

/**
 * The certificate authority that `ca` (PEM text) or `caFile` (path of a PEM file) gives, read
 * at the start so that a mistake shows there.
 */
export function readCertificate(config: Config): string | undefined {
  const text = config.getOptionalString('ca');
  const file = config.getOptionalString('caFile');
  if (text !== undefined && file !== undefined) {
    throw new InputError(
      `${configPath(config, 'ca')} and ${configPath(
        config,
        'caFile',
      )} are both set; remove one of them`,
    );
  }
  if (text !== undefined) {
    return certificate(text, configPath(config, 'ca'));
  }
  return file === undefined
    ? undefined
    : certificate(
        read(file, configPath(config, 'caFile')),
        configPath(config, 'caFile'),
      );
}

function read(file: string, path: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `${path} names '${file}', which cannot be read: ${
        (error as Error).message
      }`,
    );
  }
}

function certificate(pem: string, path: string): string {
  try {
    return new X509Certificate(pem) && pem;
  } catch {
    throw new InputError(
      `${path} must hold a certificate in PEM format, beginning with -----BEGIN CERTIFICATE-----`,
    );
  }
}
