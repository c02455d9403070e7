import type { ExportFormat } from './ExportFormat';

/** What the other exports call the file of {@link certificateAuthorityExport}. @public */
export const CA_FILE = 'ca.pem';

/**
 * The certificates that clients trust the server by, for connections that have a `ca`.
 *
 * @public
 */
export const certificateAuthorityExport: ExportFormat = {
  id: 'ca',
  title: CA_FILE,
  description:
    'The certificate authority of the servers, in the file that the other configurations name.',
  audience: 'client',
  render({ connection: { ca } }) {
    return typeof ca === 'string' && ca.trim() !== ''
      ? { fileName: CA_FILE, language: 'text', text: `${ca.trim()}\n` }
      : undefined;
  },
};
