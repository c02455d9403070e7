/** Of one of our logins, as an engine names it, what both of its slots have in common. */
export function baseOfLogin(login: string): string {
  return login.replace(/^User:/, '').replace(/_[ab]$/, '');
}
