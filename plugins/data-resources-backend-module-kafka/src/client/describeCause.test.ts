import {
  MultipleErrors,
  NetworkError,
  ResponseError,
} from '@platformatic/kafka';
import { describeCause } from './describeCause';

describe('describeCause', () => {
  it('should tell the nested cause of a connection that failed', () => {
    const refused = Object.assign(
      new Error('connect ECONNREFUSED 127.0.0.1:1'),
      { code: 'ECONNREFUSED' },
    );
    const error = new MultipleErrors('Cannot connect to any broker.', [
      new NetworkError('Connection to 127.0.0.1:1 failed.', { cause: refused }),
    ]);

    expect(describeCause(error)).toBe(
      'Cannot connect to any broker: Connection to 127.0.0.1:1 failed: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it('should name the protocol error in the words of the broker', () => {
    const error = new NetworkError('Connection failed.', {
      cause: new ResponseError(36, 2, { '/': [58, 'invalid credentials'] }, {}),
    });

    expect(describeCause(error)).toBe(
      'Connection failed: SASL_AUTHENTICATION_FAILED: invalid credentials',
    );
  });

  it('should survive what is no error', () => {
    expect(describeCause(undefined)).toBe('');
    expect(describeCause('text')).toBe('');
  });
});
