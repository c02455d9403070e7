import { specSchema } from './specSchema';

function problems(spec: unknown): string {
  const result = specSchema.safeParse(spec);
  return result.success
    ? ''
    : result.error.issues
        .map(({ path, message }) => `${path.join('.')}: ${message}`)
        .join('\n');
}

describe('specSchema', () => {
  it('should fill in what a small database has', () => {
    expect(specSchema.parse({})).toEqual({
      encoding: 'UTF8',
      extensions: [],
      connectionLimit: 20,
      parameters: {},
    });
  });

  it('should bring equal specs into the same form', () => {
    const spec = specSchema.parse({
      extensions: ['pgcrypto', 'citext', 'pgcrypto'],
      parameters: { work_mem: '8MB', jit: false, random_page_cost: 1.1 },
    });

    expect(JSON.stringify(spec)).toBe(
      JSON.stringify({
        connectionLimit: 20,
        extensions: ['citext', 'pgcrypto'],
        parameters: { jit: 'off', random_page_cost: '1.1', work_mem: '8MB' },
        encoding: 'UTF8',
      }),
    );
  });

  it('should take versions, schemas, templates and providers, and add none', () => {
    const fields = {
      extensions: ['pgcrypto', 'citext@1.6', 'citext@1.6'],
      schemas: ['sales', 'audit', 'sales'],
      template: 'gis',
      localeProvider: 'icu',
      locale: 'de-DE',
    };
    expect(specSchema.parse(fields)).toMatchObject({
      ...fields,
      extensions: ['citext@1.6', 'pgcrypto'],
      schemas: ['audit', 'sales'],
    });
  });

  it.each([
    [{ connectionLimit: 0 }, /connectionLimit: expected at least 1/],
    [{ connectionLimit: -2 }, /connectionLimit/],
    [{ connectionLimit: 1.5 }, /connectionLimit: expected a whole number/],
    [{ connectionLimit: 1e9 }, /connectionLimit/],
    [{ connectionLimit: '20' }, /connectionLimit: expected a whole number/],
    [{ encoding: 'UTF-8' }, /encoding/],
    [{ encoding: 'BIG5' }, /encoding/],
    [{ locale: `C'; DROP` }, /locale: expected the name of a locale/],
    [{ locale: '' }, /locale/],
    [{ extensions: 'pgcrypto' }, /extensions/],
    [{ extensions: ['pg"crypto'] }, /extensions.0: expected the name/],
    [
      { extensions: ['citext', 'citext@1.6'] },
      /extensions: citext and citext@1.6 are one extension/,
    ],
    [
      { extensions: ['citext@'] },
      /extensions.0: expected the name of an extension/,
    ],
    [{ extensions: [`citext@1'; --`] }, /extensions.0: expected the name/],
    [{ localeProvider: 'glibc' }, /localeProvider/],
    [{ template: 'Template' }, /template: expected the name of a template/],
    [{ schemas: ['public'] }, /schemas.0: public is there in every database/],
    [{ schemas: ['pg_mine'] }, /schemas.0: pg_mine is a name of PostgreSQL/],
    [{ schemas: ['information_schema'] }, /schemas.0: information_schema is/],
    [{ schemas: ['Sales'] }, /schemas.0: expected lower-case letters/],
    [{ schemas: [`a"; DROP`] }, /schemas.0: expected lower-case letters/],
    [{ owner: 'me' }, /owner/],
    [{ parameters: { work_mem: null } }, /parameters.work_mem/],
    [[], /object/],
    [null, /object/],
  ])('should refuse %j', (spec, message) => {
    expect(problems(spec)).toMatch(message);
  });

  it.each([
    'role',
    'session_authorization',
    'session_preload_libraries',
    'local_preload_libraries',
    'search_path',
    'log_statement',
    'ROLE',
    'constructor',
    '__proto__x',
    '',
  ])('should not let the parameter %j in', name => {
    expect(problems({ parameters: { [name]: 'x' } })).toMatch(
      /is not a parameter that a database may carry; allowed are statement_timeout/,
    );
  });

  it.each([
    ['statement_timeout', '30s'],
    ['statement_timeout', 0],
    ['idle_session_timeout', '24d'],
    ['work_mem', '64'],
    ['work_mem', '1GB'],
    ['jit', true],
    ['jit', 'off'],
    ['default_transaction_isolation', 'repeatable read'],
    ['random_page_cost', 1.1],
    ['timezone', 'America/Argentina/Buenos_Aires'],
    ['default_text_search_config', 'pg_catalog.english'],
  ])('should take %s = %j', (name, value) => {
    expect(problems({ parameters: { [name]: value } })).toBe('');
  });

  it.each([
    ['statement_timeout', '30 sec', /such as 30s/],
    ['statement_timeout', -1, /such as 30s/],
    ['statement_timeout', '25d', /expected 0 to 2147483647 ms/],
    ['work_mem', '63kB', /expected 64 to/],
    ['work_mem', '4mb', /one of the units B, kB, MB, GB, TB/],
    ['work_mem', '9TB', /expected 64 to/],
    ['jit', 'maybe', /on or off/],
    ['default_transaction_isolation', 'chaos', /one of: read committed/],
    ['default_statistics_target', 0, /1 to 10000/],
    ['timezone', `UTC'; --`, /such as Europe/],
  ])('should refuse %s = %j', (name, value, message) => {
    expect(problems({ parameters: { [name]: value } })).toMatch(message);
  });
});
