/** A command for the operators of a node; names that a shell would take apart are quoted. */
export function nodetool(
  command: string,
  keyspace: string,
  source?: string,
): string {
  return [
    'nodetool',
    command,
    keyspace,
    ...(source === undefined ? [] : ['--', forShell(source)]),
  ].join(' ');
}

function forShell(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
