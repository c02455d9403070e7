import { openApiError } from './openApiError';

describe('openApiError', () => {
  it.each([
    [
      "Parameter 'owner' must be url encoded. Its value may not contain reserved characters.",
      {
        path: 'owner',
        message:
          'owner: must be percent-encoded, e.g. "group%3Adefault%2Fpayments"',
      },
    ],
    [
      'request/body/spec/a~1b~0c/0 must be string',
      {
        path: 'spec.a/b~c[0]',
        message: 'spec.a/b~c[0]: must be text, found 7',
      },
    ],
    [
      'request/body must NOT have additional properties',
      {
        message: expect.stringMatching(
          /^The request body: must NOT have additional properties, found \{/,
        ),
      },
    ],
  ])('should find the field in: %s', (message, expected) => {
    expect(openApiError(message, { body: { spec: { 'a/b~c': [7] } } })).toEqual(
      expected,
    );
  });

  it.each(['', 'The name is taken', 'request was rejected'])(
    'should leave alone what is not the validator’s: %s',
    message => {
      expect(openApiError(message, {})).toBeUndefined();
    },
  );
});
