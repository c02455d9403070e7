import { type IdentityApi } from '@backstage/core-plugin-api';
import { chosenPerson } from './chosenPerson';

/** The proxied identity, whose sign-out also forgets who was chosen. */
export class PersonaIdentity implements IdentityApi {
  readonly #session: IdentityApi;

  constructor(session: IdentityApi) {
    this.#session = session;
  }

  getProfileInfo() {
    return this.#session.getProfileInfo();
  }

  getBackstageIdentity() {
    return this.#session.getBackstageIdentity();
  }

  getCredentials() {
    return this.#session.getCredentials();
  }

  async signOut() {
    chosenPerson.clear();
    await this.#session.signOut();
  }
}
