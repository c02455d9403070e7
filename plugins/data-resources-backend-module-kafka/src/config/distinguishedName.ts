/**
 * What Kafka calls the attributes of a name; of any other it has the number and not the word.
 * Source: `X500Principal.getName()`, RFC 2253.
 */
const KNOWN = new Set(['CN', 'C', 'L', 'ST', 'O', 'OU', 'STREET', 'DC', 'UID']);

/**
 * The subject of a certificate as Kafka writes it into a principal: the last part first. Undefined
 * where it has a part that Kafka writes in a way of its own.
 *
 * @param subject - as `X509Certificate.subject` has it: a part per line, values escaped
 */
export function distinguishedName(subject: string): string | undefined {
  const parts = subject
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.replace(/^[A-Za-z]+/, word => word.toUpperCase()));
  const areKnown = parts.every(
    part =>
      // Several attributes in one part have an order of their own.
      KNOWN.has(part.slice(0, part.indexOf('='))) &&
      !/(^|[^\\]) \+ /.test(part),
  );
  return areKnown && parts.length > 0 ? parts.reverse().join(',') : undefined;
}
