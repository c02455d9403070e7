import { auth } from 'cassandra-driver';

/** Logs each connection in as the portal's role, and counts them. */
export class CountedLogins extends auth.PlainTextAuthProvider {
  #made = 0;

  /** How many connections were ever logged in; a node that asks for no password is not counted. */
  get made(): number {
    return this.#made;
  }

  newAuthenticator(endpoint: string, name: string): auth.Authenticator {
    this.#made += 1;
    return super.newAuthenticator(endpoint, name);
  }
}
