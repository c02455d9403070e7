import {
  args,
  GRANTS,
  planOf as plan,
  rules,
} from '../__testUtils__/planCases';

const message = (result: ReturnType<typeof plan>) =>
  result.findings.map(finding => finding.message).join('\n');

const SCHEMA = {
  name: 'sales',
  owner: 'orders_dba',
  ours: true,
  whole: true,
  contents: [],
};

describe('the plan of a database with a locale or template of its own', () => {
  it.each([
    [{}, "TEMPLATE template0 ENCODING 'UTF8' CONNECTION LIMIT"],
    [{ locale: 'C' }, "LOCALE_PROVIDER libc LOCALE 'C'"],
    [{ localeProvider: 'libc' }, 'LOCALE_PROVIDER libc CONNECTION LIMIT'],
    [
      { localeProvider: 'icu', locale: 'de-DE' },
      "LOCALE_PROVIDER icu ICU_LOCALE 'de-DE'",
    ],
    [
      { localeProvider: 'builtin', locale: 'C.UTF-8' },
      "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
    ],
    [{ template: 'gis' }, 'TEMPLATE "gis" ENCODING'],
  ])('should make %j', (desired, statement) => {
    const result = plan('create', { desired });
    expect(
      result.steps.find(({ id }) => id === 'create-database')?.call,
    ).toContain(statement);
    expect(rules(result).filter(rule => rule.startsWith('deny'))).toEqual([]);
  });

  it.each([
    [
      { localeProvider: 'icu' },
      'locale-needed',
      'spec.locale',
      'The locale provider icu needs a locale: a language tag such as de-DE',
    ],
    [
      { localeProvider: 'icu', locale: 'xx-YY' },
      'unknown-locale',
      'spec.locale',
      'knows no language xx',
    ],
    [
      { localeProvider: 'icu', locale: 'de_DE' },
      'unknown-locale',
      'spec.locale',
      'language tags, such as de-DE',
    ],
    [
      { localeProvider: 'icu', locale: 'de-DE', encoding: 'SQL_ASCII' },
      'encoding-and-locale',
      'spec.encoding',
      'choose UTF8',
    ],
    [
      { localeProvider: 'builtin', locale: 'C.UTF-8', encoding: 'LATIN1' },
      'encoding-and-locale',
      'spec.encoding',
      'is for the encoding UTF8',
    ],
    [
      { localeProvider: 'builtin', locale: 'de-DE' },
      'unknown-locale',
      'spec.locale',
      'it has C, C.UTF-8',
    ],
    [
      { template: 'other' },
      'template-not-allowed',
      'spec.template',
      'allowed: template0, gis, gone, template1',
    ],
    [
      { template: 'gone' },
      'template-not-available',
      'spec.template',
      'ALTER DATABASE "gone" IS_TEMPLATE true;',
    ],
    [
      { template: 'gis', encoding: 'LATIN1', locale: 'C' },
      'template-differs',
      'spec.encoding',
      'that of the template gis is UTF8: only a database that is copied from template0 can have another',
    ],
    [
      { template: 'gis', locale: 'en_US.UTF-8' },
      'template-differs',
      'spec.locale',
      'that of the template gis is C',
    ],
    [
      { template: 'template1', locale: 'C' },
      'template-differs',
      'spec.localeProvider',
      'that of the template template1 is icu',
    ],
  ])('should refuse %j', (desired, rule, path, text) => {
    expect(plan('create', { desired }).findings).toEqual([
      expect.objectContaining({
        policy: `postgres/${rule}`,
        effect: 'deny',
        path,
        message: expect.stringContaining(text),
      }),
    ]);
  });

  it('should say what comes with a template', () => {
    const result = plan('create', { desired: { template: 'template1' } });
    expect(rules(result)).toEqual(['info postgres/template-contents']);
  });

  it('should be fixed once the database is there', () => {
    const agreed = { localeProvider: 'icu', locale: 'de-DE' };
    const found = { localeProvider: 'icu', locale: 'de-DE' };
    expect(plan('update', { current: agreed, found })).toMatchObject({
      changes: [],
      findings: [],
    });
    expect(
      plan('update', {
        current: agreed,
        desired: { localeProvider: 'icu', locale: 'en-US' },
        found,
      }).changes,
    ).toEqual([
      { path: 'locale', from: 'de-DE', to: 'en-US', kind: 'unsupported' },
    ]);
    expect(
      plan('update', { current: agreed, desired: { locale: 'C' }, found })
        .changes,
    ).toEqual([
      { path: 'localeProvider', from: 'icu', to: 'libc', kind: 'unsupported' },
    ]);
    expect(plan('update', { desired: { template: 'gis' } }).changes).toEqual([
      { path: 'template', from: 'template0', to: 'gis', kind: 'unsupported' },
    ]);
  });

  it('should see no drift where a database was agreed before providers were told', () => {
    const result = plan('update', {
      current: { locale: 'C.UTF-8' },
      found: { localeProvider: 'icu', locale: 'de-DE' },
      facts: { collate: 'C.UTF-8' },
    });
    expect(result).toMatchObject({ changes: [], findings: [] });
  });
});

describe('the plan of versions of extensions', () => {
  it('should create one in the version that is asked for', () => {
    const result = plan('create', { desired: { extensions: ['citext@1.5'] } });
    expect(message(result)).toBe(
      'citext 1.5: trusted, so that no superuser is needed',
    );
    expect(
      result.steps.find(({ id }) => id === 'prepare-database')?.call,
    ).toContain(
      `CREATE EXTENSION IF NOT EXISTS "citext" SCHEMA public VERSION '1.5'`,
    );
  });

  it('should update one that is there, and only when a version is named', () => {
    const facts = { extensionVersions: { citext: '1.5' } };
    const current = { extensions: ['citext'] };
    expect(plan('update', { current, facts }).changes).toEqual([]);

    const result = plan('update', {
      current,
      desired: { extensions: ['citext@1.6'] },
      facts: { ...facts, updatePaths: { citext: true } },
    });
    expect(result.changes).toEqual([
      { path: 'extensions.citext', from: '1.5', to: '1.6', kind: 'in-place' },
    ]);
    expect(result.steps[0].call).toContain(
      `ALTER EXTENSION "citext" UPDATE TO '1.6';`,
    );
    expect(result.steps[0].call).not.toMatch(/DROP|CREATE EXTENSION/);
    expect(result).toMatchObject({ findings: [], risk: 'low' });
  });

  it('should tell a version that somebody changed by hand as drift', () => {
    const result = plan('update', {
      current: { extensions: ['citext@1.6'] },
      facts: { extensionVersions: { citext: '1.5' } },
    });
    expect(result.changes).toEqual([
      { path: 'extensions.citext', from: '1.5', to: '1.6', kind: 'in-place' },
    ]);
  });

  it.each([
    ['citext@9.9', 'extension-version', 'it has 1.4, 1.5, 1.6 (its default)'],
    [
      'citext@1.4',
      'extension-not-trusted',
      `in the database orders: CREATE EXTENSION "citext" SCHEMA public VERSION '1.4';`,
    ],
  ])('should refuse to create %s', (entry, rule, text) => {
    const result = plan('create', { desired: { extensions: [entry] } });
    expect(rules(result)).toEqual([`deny postgres/${rule}`]);
    expect(message(result)).toContain(text);
  });

  it.each([
    ['citext@9.9', undefined, 'extension-version', '1.6 (its default)'],
    [
      'citext@1.5',
      false,
      'extension-no-update',
      'no script that leads from there to 1.5. Leave it at citext@1.6',
    ],
    [
      'citext@1.4',
      true,
      'extension-not-trusted',
      `ALTER EXTENSION "citext" UPDATE TO '1.4';`,
    ],
  ])('should refuse to update to %s', (entry, path, rule, text) => {
    const result = plan('update', {
      current: { extensions: ['citext'] },
      desired: { extensions: [entry] },
      facts: {
        extensionVersions: { citext: '1.6' },
        ...(path === undefined ? {} : { updatePaths: { citext: path } }),
      },
    });
    expect(rules(result)).toEqual([`deny postgres/${rule}`]);
    expect(message(result)).toContain(text);
  });
});

describe('the plan of parameters', () => {
  it('should be judged by what the server itself takes', () => {
    const config = { extensions: [] };
    const desired = { parameters: { statement_timeout: '24d' } };
    expect(rules(plan('create', { desired, config }))).toEqual([]);
    const settings = plan('create', { desired, config, settingsMax: '1000' });
    expect(settings.findings).toEqual([
      expect.objectContaining({
        policy: 'postgres/parameter-value',
        path: 'spec.parameters.statement_timeout',
        message: 'statement_timeout is 24d; the server takes 0 to 1000 ms',
      }),
    ]);
  });
});

describe('the plan of schemas', () => {
  it('should make them with the database, and say nothing of them where there are none', () => {
    const result = plan('create', {
      desired: { schemas: ['sales'] },
      grants: { add: GRANTS },
    });
    expect(result.steps.map(({ id }) => id)).toEqual([
      'create-group-roles',
      'create-database',
      'prepare-database',
      'create-schemas',
      'ensure-login-shop',
      'grant-reader-shop',
      'grant-owner-shop',
    ]);
    expect(result.steps[3].call).toContain('CREATE ROLE "orders.sales_rw"');
    expect(result.steps[6].call).toContain('IN SCHEMA "sales" GRANT SELECT');
    const none = plan('create', { grants: { add: GRANTS } });
    expect(none.steps.map(({ id }) => id)).not.toContain('create-schemas');
    expect(JSON.stringify(none.changes)).not.toContain('schemas');
  });

  it('should add one, with what the logins of owners make in it', () => {
    const result = plan('update', {
      desired: { schemas: ['sales'] },
      facts: { schemas: [] },
      grants: { keep: GRANTS },
    });
    expect(result.changes).toEqual([
      { path: 'schemas.sales', to: 'sales', kind: 'in-place' },
    ]);
    expect(args(result)).toEqual([
      [
        'create-schemas',
        expect.objectContaining({ logins: ['shop_a', 'shop_b'] }),
      ],
    ]);
    expect(result).toMatchObject({ findings: [], risk: 'low' });
  });

  it('should drop one that is empty, never with CASCADE', () => {
    const result = plan('update', {
      current: { schemas: ['sales'] },
      desired: {},
      facts: { schemas: [SCHEMA] },
    });
    expect(result.changes).toEqual([
      { path: 'schemas.sales', from: 'sales', kind: 'destructive' },
    ]);
    expect(rules(result)).toEqual(['warn postgres/schema-drop']);
    expect(result.risk).toBe('high');
    expect(result.steps[0].call).toContain('DROP SCHEMA IF EXISTS "sales";');
    expect(result.steps[0].call).not.toContain('CASCADE');
  });

  it('should refuse to drop one that holds something, and say what', () => {
    const result = plan('update', {
      current: { schemas: ['sales'] },
      desired: { schemas: [] },
      facts: {
        schemas: [{ ...SCHEMA, contents: ['table sales.orders'] }],
      },
    });
    expect(rules(result)).toEqual(['deny postgres/schema-not-empty']);
    expect(message(result)).toContain('sales holds table sales.orders');
  });

  it('should mend one that somebody changed by hand, and tell it as drift', () => {
    const current = { schemas: ['sales'] };
    const result = plan('update', {
      current,
      facts: { schemas: [{ ...SCHEMA, whole: false }] },
    });
    expect(result.changes).toEqual([
      {
        path: 'schemas.sales.privileges',
        to: 'as they are made',
        kind: 'in-place',
      },
    ]);
    expect(result.steps.map(({ id }) => id)).toEqual(['create-schemas']);
    expect(
      plan('update', { current, facts: { schemas: [SCHEMA] } }).changes,
    ).toEqual([]);
    // What could not be read is no drift.
    expect(plan('update', { current }).changes).toEqual([]);
  });

  it.each([
    [
      { foreignSchemaRoles: ['orders.sales_rw'] },
      'role-exists',
      'orders.sales_rw exists already',
    ],
    [
      { schemas: [{ ...SCHEMA, owner: 'orders_owner', ours: false }] },
      'schema-exists',
      'exists already and belongs to orders_owner',
    ],
    [
      { closed: true },
      'closed',
      'Its schemas can be changed once it is restored',
    ],
  ])('should refuse one where there is %j', (facts, rule, text) => {
    const result = plan('update', { desired: { schemas: ['sales'] }, facts });
    expect(rules(result)).toEqual([`deny postgres/${rule}`]);
    expect(message(result)).toContain(text);
  });

  it('should refuse one whose group roles PostgreSQL would cut', () => {
    const schema = 's'.repeat(51);
    const result = plan('create', { desired: { schemas: [schema] } });
    expect(rules(result)).toEqual(['deny postgres/schema-name']);
    expect(message(result)).toContain('may have 56 together, and have 57');
    expect(
      rules(plan('create', { desired: { schemas: [schema.slice(1)] } })),
    ).toEqual([]);
  });

  it('should drop the roles of those that are recorded with the database', () => {
    const result = plan('delete', {
      identity: { schemas: { sales: { owner: 1, rw: 2, ro: 3 } } },
    });
    expect(result.steps[1].call).toContain('"orders.sales_ro"');
  });
});

describe('the plan of a grant where logins are limited', () => {
  it('should make the logins with the limit of the instance', () => {
    const limited = plan('grant', {
      grants: { add: GRANTS },
      config: { logins: { connections: 5, validitySeconds: 3600 } },
    });
    expect(limited.steps[0].call).toContain(
      `CREATE ROLE "shop_a" LOGIN INHERIT PASSWORD NULL CONNECTION LIMIT 5 VALID UNTIL '-infinity'`,
    );
    const free = plan('grant', { grants: { add: GRANTS } });
    expect(free.steps[0].args).toEqual({ a: 'shop_a', b: 'shop_b' });
    expect(free.steps[0].call).not.toContain('CONNECTION LIMIT');
  });
});
