import fc from 'fast-check';
import { CREATE, ID, PRINCIPAL, TYPES } from './__testUtils__/createInput';
import { parseRequestInput } from './parseRequestInput';
import type { RequestInput } from './RequestInput';
import { RequestInputError } from '../../errors/RequestInputError';

/** What became of a body. Lets everything through that is no refusal. */
function attempt(
  body: unknown,
): { parsed: RequestInput } | { message: string } {
  try {
    return { parsed: parseRequestInput(body, TYPES) };
  } catch (error) {
    if (error instanceof RequestInputError) {
      return { message: error.message };
    }
    throw error;
  }
}

describe('parseRequestInput', () => {
  it('should take or refuse any JSON, and never fail otherwise', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const maybe = (valid: unknown) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(valid) },
        { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
        { weight: 1, arbitrary: text },
      );
    const nearlyValid = fc.record(
      {
        action: maybe('create'),
        type: maybe('kafka-topic'),
        instance: maybe('kafka-dev'),
        name: maybe('payments.settled'),
        owner: maybe('group:default/payments'),
        system: maybe('system:default/payments'),
        description: maybe('x'),
        tags: maybe(['a']),
        spec: fc.oneof(
          maybe({ partitions: 1 }),
          fc.dictionary(text, fc.jsonValue()),
          fc.record({ partitions: fc.double(), config: fc.jsonValue() }),
        ),
        grants: maybe([{ principal: PRINCIPAL, role: 'producer' }]),
        resourceId: maybe(ID),
        grantId: maybe(ID),
        principal: maybe(PRINCIPAL),
        role: maybe('producer'),
        reason: maybe('x'),
      },
      { requiredKeys: ['action'] },
    );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          nearlyValid,
          fc.jsonValue(),
          fc.dictionary(text, fc.jsonValue()),
        ),
        value => {
          const body = JSON.parse(JSON.stringify(value));
          const outcome = attempt(body);
          if ('message' in outcome) {
            return outcome.message !== '' && outcome.message.length < 5000;
          }
          taken += 1;
          // What was taken is clean, and taken again as it is.
          const json = JSON.stringify(outcome.parsed);
          const again = attempt(JSON.parse(json));
          return (
            !/\\u(00[01]|d[89a-f])/.test(json) &&
            'parsed' in again &&
            JSON.stringify(again.parsed) === json
          );
        },
      ),
      { numRuns: 1000, examples: [[CREATE]] },
    );
    expect(taken).toBeGreaterThan(0);
  });
});
