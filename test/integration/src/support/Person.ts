import { Answer, API, call, ErrorBody } from './http';

/** One of the sample organisation's people, signed in. */
export class Person {
  readonly name: string;
  #token?: Promise<string>;

  constructor(name: string) {
    this.name = name;
  }

  get ref(): string {
    return `user:default/${this.name}`;
  }

  /** The person's Backstage token. */
  async token(): Promise<string> {
    this.#token ??= signIn(this.ref);
    return this.#token;
  }

  /** Reads from the API of data resources. */
  async get<T = ErrorBody>(path: string): Promise<Answer<T>> {
    return this.portal<T>('GET', `${API}${path}`);
  }

  /** Posts to the API of data resources. */
  async post<T = ErrorBody>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return this.portal<T>('POST', `${API}${path}`, body, headers);
  }

  /** Calls any part of the portal. */
  async portal<T = ErrorBody>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>> {
    return call<T>(method, path, { token: await this.token(), body, headers });
  }
}

/** Member of `payments`. */
export const developer = new Person('payments-dev');
/** Another member of `payments`. */
export const colleague = new Person('payments-lead');
/** Member of `logistics`. */
export const neighbour = new Person('logistics-dev');
/** Member of `platform`. */
export const engineer = new Person('platform-engineer');
/** Another member of `platform`. */
export const platformLead = new Person('platform-lead');
/** Member of no group. */
export const auditor = new Person('auditor');

async function signIn(ref: string): Promise<string> {
  const { status, body } = await call<{
    backstageIdentity: { token: string };
  }>('POST', '/api/auth/persona/refresh', { headers: { 'X-Persona': ref } });
  if (status !== 200) {
    throw new Error(`Signing in as ${ref} answered ${status}`);
  }
  return body.backstageIdentity.token;
}
