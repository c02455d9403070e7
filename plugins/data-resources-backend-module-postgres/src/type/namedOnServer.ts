import leven from 'leven';

/** Parameters whose values are names of objects that a server has, and what those are. */
const NAMED: { [parameter: string]: { kind: string; list: string } } = {
  timezone: { kind: 'time zone', list: 'pg_timezone_names' },
  default_text_search_config: {
    kind: 'text search configuration',
    list: 'pg_ts_config',
  },
};

/** The names that a server has, by the parameters that take them. */
export type NamesOnServer = { [parameter: string]: string[] };

/** Such as `EST5EDT` and `GMT+3`: rules and no names, which the server reads by itself. */
const POSIX_ZONE = /^[A-Za-z]{3,}[+-]?\d/;

const MOST_NEAR = 3;
/** How many letters may differ, of ten. */
const UNLIKE = 3;

/** Why a server has nothing of a name, with those that it may have been meant for; or undefined. */
export function checkName(
  parameter: string,
  value: string,
  { [parameter]: names }: NamesOnServer,
): string | undefined {
  const named = NAMED[parameter];
  if (!named || names === undefined) {
    return undefined;
  }
  const asked = value.toLowerCase();
  if (
    names.some(name => name.toLowerCase() === asked) ||
    (parameter === 'timezone' && POSIX_ZONE.test(value)) ||
    (parameter === 'default_text_search_config' &&
      names.some(name => `pg_catalog.${name}` === asked))
  ) {
    return undefined;
  }
  const near = nearest(asked, names);
  return `${parameter} is ${value}; the server has no ${
    named.kind
  } of that name${
    near.length === 0 ? '' : `, but ${near.join(', ')}`
  }. SELECT * FROM ${named.list} lists what there is`;
}

/** What is written nearly alike, as a whole or behind the last slash. */
function nearest(asked: string, names: string[]): string[] {
  const last = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  return names
    .map(name => {
      const known = name.toLowerCase();
      return {
        name,
        distance: Math.min(
          leven(asked, known),
          leven(last(asked), last(known)) + 0.5,
        ),
      };
    })
    .filter(({ distance }) => distance * 10 <= last(asked).length * UNLIKE)
    .sort(
      (left, right) =>
        left.distance - right.distance || (left.name < right.name ? -1 : 1),
    )
    .slice(0, MOST_NEAR)
    .map(({ name }) => name);
}
