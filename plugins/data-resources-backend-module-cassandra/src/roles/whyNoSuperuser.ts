import { revokeRole, revokeSuperuser } from '../cql/statements';

/**
 * What stands against using a login; nobody but a superuser may change it.
 *
 * @param by - a superuser that the login is a member of; undefined where it is one itself
 */
export function whyNoSuperuser(login: string, by: string | undefined): string {
  return by === undefined
    ? `The login "${login}" is a superuser, to whom no permission applies. An administrator runs: ${revokeSuperuser(
        login,
      )}; and this is tried again`
    : `The login "${login}" is a member of the superuser "${by}", and so one itself, to whom no permission applies. An administrator takes it out of that, by: ${revokeRole(
        by,
        login,
      )}; or by the same of the role in between, which LIST ROLES OF "${login}" shows; and this is tried again`;
}
