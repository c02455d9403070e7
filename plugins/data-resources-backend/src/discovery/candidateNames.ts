/** What people put behind a component's name when they name a login, a role or a consumer group. */
const SUFFIXES = [
  'consumer',
  'producer',
  'consumers',
  'producers',
  'reader',
  'writer',
  'owner',
  'admin',
  'user',
  'service',
  'svc',
  'app',
  'api',
  'worker',
  'group',
  'db',
  'ro',
  'rw',
  'dba',
];
const ENTITY_NAME = /^[a-z0-9]+([-_.][a-z0-9]+)*$/;
const MAX_NAME = 63;

/** Names that an entity of the catalog may have which is called so on an engine; likely ones first. */
export function candidateNames(
  value: string,
  environments: readonly string[],
): string[] {
  const exact = value.replace(/^User:/, '').toLowerCase();
  const dashed = exact.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  const names = [exact, dashed];
  const suffixes = [
    ...SUFFIXES,
    ...environments.map(name => name.toLowerCase()),
  ];
  names.push(...shorter(dashed, suffixes));
  return [...new Set(names)].filter(
    name => name.length <= MAX_NAME && ENTITY_NAME.test(name),
  );
}

/** The name less one suffix after the other. */
function shorter(name: string, suffixes: readonly string[]): string[] {
  const suffix = suffixes.find(each => name.endsWith(`-${each}`));
  if (!suffix) {
    return [];
  }
  const rest = name.slice(0, -suffix.length - 1);
  return [rest, ...shorter(rest, suffixes)];
}

/** How a name begins, in whole words, the longest begin first. */
export function nameBegins(name: string): string[] {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
  return words
    .map((_, index) => words.slice(0, words.length - index).join('-'))
    .filter(begin => begin.length > 1 && begin.length <= MAX_NAME);
}
