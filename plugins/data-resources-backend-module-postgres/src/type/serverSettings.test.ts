import { checkOnServer, type ServerSetting } from './serverSettings';

function setting(fields: Partial<ServerSetting>): ServerSetting {
  return {
    name: 'some_setting',
    context: 'user',
    settable: true,
    type: 'integer',
    unit: null,
    min: '0',
    max: '100',
    words: null,
    ...fields,
  };
}

const TIME = setting({ name: 'idle', unit: 'ms', max: '60000' });
const MEMORY = setting({ name: 'cache', unit: '8kB', min: '1', max: '128' });
const REAL = setting({ name: 'cost', type: 'real', min: '0.5', max: '2.5' });
const WORD = setting({
  name: 'level',
  type: 'enum',
  min: null,
  max: null,
  words: ['low', 'repeatable read'],
});

describe('what a server takes for a setting', () => {
  it.each([
    [TIME, '0'],
    [TIME, '60000'],
    [TIME, '60s'],
    [TIME, '1min'],
    [TIME, ' 1.5 s '],
    [MEMORY, '128'],
    [MEMORY, '1MB'],
    [MEMORY, '8kB'],
    [REAL, '0.5'],
    [WORD, 'LOW'],
    [WORD, 'repeatable read'],
    [setting({ type: 'bool' }), 'on'],
    [setting({ type: 'string', min: null, max: null }), 'Europe/Berlin'],
    [setting({ context: 'superuser', settable: true }), '5'],
  ])('should let %j be %s', (known, value) => {
    expect(checkOnServer(known, value)).toBeUndefined();
  });

  it.each([
    [TIME, '61s', 'idle is 61s; the server takes 0 to 60000 ms'],
    [TIME, '-1', 'idle is -1; the server takes 0 to 60000 ms'],
    [TIME, '1MB', 'idle is 1MB; the server takes 0 to 60000 ms, as a number'],
    [TIME, 'soon', 'idle is soon; the server takes 0 to 60000 ms, as a number'],
    [MEMORY, '2MB', 'cache is 2MB; the server takes 1 to 128 8kB'],
    [MEMORY, '4kB', 'cache is 4kB; the server takes 1 to 128 8kB'],
    [REAL, '2.6', 'cost is 2.6; the server takes 0.5 to 2.5'],
    [REAL, '1s', 'cost is 1s; the server takes 0.5 to 2.5, as a number'],
    [
      WORD,
      'serializable',
      'level is serializable; the server takes one of: low, repeatable read',
    ],
    [
      setting({ type: 'bool', min: null, max: null }),
      'maybe',
      'some_setting is maybe; the server takes on or off',
    ],
    [
      setting({ context: 'superuser', settable: false }),
      '5',
      'an administrator does it with GRANT SET ON PARAMETER',
    ],
    [
      setting({ context: 'sighup', settable: false }),
      '5',
      'holds for the whole server (its context is sighup)',
    ],
  ])('should not let %j be %s', (known, value, message) => {
    expect(checkOnServer(known, value)).toContain(message);
  });
});
