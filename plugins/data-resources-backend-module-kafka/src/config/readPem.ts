import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { configPath } from './configPath';

/**
 * Certificates of authorities, given as PEM text in `ca` or as the path of a PEM file in
 * `caFile`. Read at the start, so that a wrong path is told then and not at the first call.
 */
export function readPem(config: Config): string | undefined {
  const inline = config.getOptionalString('ca');
  const file = config.getOptionalString('caFile');
  if (inline !== undefined && file !== undefined) {
    throw new InputError(
      `${configPath(config, 'ca')} and ${configPath(
        config,
        'caFile',
      )} are both set; keep one of them`,
    );
  }
  if (inline !== undefined) {
    return checked(inline, configPath(config, 'ca'));
  }
  if (file === undefined) {
    return undefined;
  }
  const path = configPath(config, 'caFile');
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `${path} is '${file}', which cannot be read: ${(error as Error).message}`,
    );
  }
  return checked(pem, path);
}

function checked(pem: string, path: string): string {
  try {
    // Parses the first certificate only, which is enough to notice a key or another format.
    void new X509Certificate(pem);
  } catch {
    throw new InputError(
      `${path} holds no certificate in PEM format (-----BEGIN CERTIFICATE-----)`,
    );
  }
  return pem;
}
