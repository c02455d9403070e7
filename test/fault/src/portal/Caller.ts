const API = '/api/data-resources/v1';

/** What the portal answered. `status` 0: no answer came. */
export interface Answer<T = any> {
  status: number;
  body: T;
}

/** People of the sample organisation who use one replica over HTTP. */
export class Caller {
  readonly #base: string;
  readonly #tokens = new Map<string, string>();

  private constructor(base: string) {
    this.#base = base;
  }

  static create(port: number): Caller {
    return new Caller(`http://127.0.0.1:${port}`);
  }

  async get<T = any>(person: string, path: string): Promise<Answer<T>> {
    return this.#as<T>(person, 'GET', path);
  }

  async post<T = any>(
    person: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.#as<T>(person, 'POST', path, body, headers);
  }

  async #as<T>(
    person: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const token = this.#tokens.get(person) ?? (await this.#signIn(person));
    if (!token) {
      return { status: 0, body: undefined as T };
    }
    this.#tokens.set(person, token);
    const answer = await this.#call<T>(method, `${API}${path}`, body, {
      ...headers,
      Authorization: `Bearer ${token}`,
    });
    if (answer.status === 401) {
      this.#tokens.delete(person);
    }
    return answer;
  }

  async #signIn(person: string): Promise<string | undefined> {
    const { body } = await this.#call(
      'POST',
      '/api/auth/persona/refresh',
      undefined,
      {
        'X-Persona': `user:default/${person}`,
      },
    );
    return body?.backstageIdentity?.token;
  }

  async #call<T = any>(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer<T>> {
    try {
      const response = await fetch(`${this.#base}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text) as T };
    } catch {
      // Killed before it answered: the caller asks again.
      return { status: 0, body: undefined as T };
    }
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
