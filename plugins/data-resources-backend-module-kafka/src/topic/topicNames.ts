/** What Kafka allows. */
export const LONGEST_NAME = 249;
const ILLEGAL = /[^a-zA-Z0-9._-]/u;

/** Kafka's rule for the names of topics: what is wrong with `name`, empty when nothing is. */
export function checkTopicName(name: string): string[] {
  if (name === '') {
    return [
      'the name is empty; expected 1 to 249 of the characters a-z, A-Z, 0-9, ".", "_" and "-"',
    ];
  }
  const problems: string[] = [];
  if (name === '.' || name === '..') {
    problems.push(
      `the name is "${name}", which Kafka does not allow; add at least one other character`,
    );
  }
  if (name.length > LONGEST_NAME) {
    problems.push(
      `the name has ${name.length} characters; Kafka allows at most ${LONGEST_NAME}`,
    );
  }
  const illegal = ILLEGAL.exec(name)?.[0];
  if (illegal !== undefined) {
    problems.push(
      `the name contains ${JSON.stringify(
        illegal,
      )}; Kafka allows only a-z, A-Z, 0-9, ".", "_" and "-"`,
    );
  }
  return problems;
}

/** Kafka's metrics cannot keep `.` and `_` apart, so it refuses names that differ only there. */
export function normaliseTopicName(name: string): string {
  return name.replaceAll('.', '_');
}

/** Kafka keeps names like `__consumer_offsets` for itself. */
export function isInternalTopicName(name: string): boolean {
  return name.startsWith('__');
}
