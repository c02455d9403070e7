import { ResponseError } from '@backstage/errors';

/** What the client throws when the API answers with an error. */
export async function apiError(
  status: number,
  error: {
    name: string;
    message: string;
    path?: string;
    findings?: unknown[];
  },
): Promise<Error> {
  const body = { error, response: { statusCode: status } };
  return ResponseError.fromResponse({
    ok: false,
    status,
    statusText: error.name,
    url: 'http://localhost/api/data-resources/v1',
    redirected: false,
    type: 'basic',
    headers: new Headers({ 'content-type': 'application/json' }),
    text: async () => JSON.stringify(body),
  });
}
