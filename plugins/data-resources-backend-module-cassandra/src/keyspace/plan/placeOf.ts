import {
  functionsResource,
  keyspaceResource,
  tablesResource,
} from '../../roles/resourceNames';

/** How a resource is called where it is spoken of one keyspace. */
export function placeOf(keyspace: string, resource: string): string {
  switch (resource) {
    case keyspaceResource(keyspace):
      return 'the keyspace';
    case tablesResource(keyspace):
      return 'all its tables';
    case functionsResource(keyspace):
      return 'all its functions';
    default: {
      const [, one, name] =
        /^<(keyspace|table|function|role|mbean) (.+)>$/.exec(resource) ?? [];
      const own = `${keyspace}.`;
      return one === undefined
        ? resource.slice(1, -1)
        : `the ${one} ${name.startsWith(own) ? name.slice(own.length) : name}`;
    }
  }
}
