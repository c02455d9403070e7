import { checkName } from './namedOnServer';

const NAMES = {
  timezone: [
    'America/Argentina/Buenos_Aires',
    'Europe/Berlin',
    'Europe/Dublin',
    'UTC',
    'CET',
  ],
  default_text_search_config: ['english', 'german', 'simple'],
};

describe('what a parameter names on a server', () => {
  it.each([
    ['timezone', 'Europe/Berlin'],
    ['timezone', 'europe/BERLIN'],
    ['timezone', 'EST5EDT'],
    ['timezone', 'GMT+3'],
    ['default_text_search_config', 'german'],
    ['default_text_search_config', 'pg_catalog.german'],
    ['work_mem', '8MB'],
  ])('should be let through: %s = %s', (parameter, value) => {
    expect(checkName(parameter, value, NAMES)).toBeUndefined();
  });

  it.each([
    ['timezone', 'Europe/Berln', ', but Europe/Berlin.'],
    ['timezone', 'Berlin', ', but Europe/Berlin.'],
    [
      'timezone',
      'America/Buenos_Aires',
      ', but America/Argentina/Buenos_Aires.',
    ],
    ['timezone', 'Mars/Olympus', 'has no time zone of that name. SELECT'],
    ['default_text_search_config', 'englisch', ', but english.'],
    [
      'default_text_search_config',
      'app.german',
      'has no text search configuration of that name',
    ],
  ])(
    'should be told with what may be meant: %s = %s',
    (parameter, value, text) => {
      const problem = checkName(parameter, value, NAMES);
      expect(problem).toContain(`${parameter} is ${value}; the server has no`);
      expect(problem).toContain(text);
    },
  );

  it('should not be judged by what is not known', () => {
    expect(checkName('timezone', 'Europe/Berln', {})).toBeUndefined();
  });
});
