import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { configPath } from './configPath';

/** A text of the configuration, and where it came from. */
export interface Pem {
  text: string;
  path: string;
}

/**
 * PEM text that is given in `<key>` or as the path of a file in `<key>File`. Read at the start,
 * so that a wrong path is told then and not at the first call.
 */
export function readPem(config: Config, key: string): Pem | undefined {
  const inline = config.getOptionalString(key);
  const file = config.getOptionalString(`${key}File`);
  if (inline !== undefined && file !== undefined) {
    throw new InputError(
      `${configPath(config, key)} and ${configPath(
        config,
        `${key}File`,
      )} are both set; keep one of them`,
    );
  }
  if (inline !== undefined) {
    return { text: inline, path: configPath(config, key) };
  }
  if (file === undefined) {
    return undefined;
  }
  const path = configPath(config, `${key}File`);
  try {
    return { text: readFileSync(file, 'utf8'), path };
  } catch (error) {
    throw new InputError(
      `${path} is '${file}', which cannot be read: ${(error as Error).message}`,
    );
  }
}

/** One or more certificates; see {@link readPem}. */
export function readCertificates(
  config: Config,
  key: string,
): string | undefined {
  const pem = readPem(config, key);
  if (pem) {
    firstCertificate(pem);
  }
  return pem?.text;
}

/** The first of the certificates: in a chain, the one that the others vouch for. */
export function firstCertificate({ text, path }: Pem): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new InputError(
      `${path} holds no certificate in PEM format (-----BEGIN CERTIFICATE-----)`,
    );
  }
}
