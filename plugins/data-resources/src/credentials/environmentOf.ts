import type {
  IssuedCredentials,
  LoginVariables,
} from '@data-resources/plugin-data-resources-common';

/** Lines for a shell that set the variables from which clients take their login. */
export function environmentOf(
  variables: LoginVariables,
  { username, password }: Pick<IssuedCredentials, 'username' | 'password'>,
): string {
  return [
    `export ${variables.username}=${quoted(username)}`,
    `export ${variables.password}=${quoted(password)}`,
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
