import { z } from 'zod/v3';
import { EXTENSION, extensionNames } from './extensions';
import { allowedParameters, checkParameter } from './parameters';
import { checkSchemaName } from './schemas';

/** Small enough for the sample policy that approves databases in `dev`. */
export const DEFAULT_CONNECTION_LIMIT = 20;

/** The most connections that a server can have: what a database without a limit may take. */
export const MOST_CONNECTIONS = 262_143;

/** The server encodings that are still in use; client-only ones cannot hold a database. */
const ENCODINGS = [
  'UTF8',
  'SQL_ASCII',
  'LATIN1',
  'LATIN2',
  'LATIN9',
  'WIN1250',
  'WIN1251',
  'WIN1252',
  'ISO_8859_5',
  'KOI8R',
  'EUC_JP',
  'EUC_KR',
  'EUC_CN',
] as const;

const parameterValue = z
  .union([z.string().max(200), z.number().finite(), z.boolean()])
  .transform(value => {
    if (typeof value === 'boolean') {
      return value ? 'on' : 'off';
    }
    return String(value);
  });

/** As `CREATE DATABASE … LOCALE_PROVIDER` names them. */
export const LOCALE_PROVIDERS = ['libc', 'icu', 'builtin'] as const;

/** Whose the locale of a database is. */
export type LocaleProvider = (typeof LOCALE_PROVIDERS)[number];

/** What a database is copied from unless told: it takes any encoding and any locale. */
export const EMPTY_TEMPLATE = 'template0';

/** More than that is another database. */
const MAX_SCHEMAS = 50;

/** What can be said about a PostgreSQL database. */
export const specSchema = z
  .object({
    connectionLimit: z
      .number({
        invalid_type_error: 'expected a whole number, such as 20',
      })
      .int('expected a whole number')
      .max(MOST_CONNECTIONS)
      .refine(
        limit => limit === -1 || limit >= 1,
        'expected at least 1, or -1 for no limit',
      )
      .default(DEFAULT_CONNECTION_LIMIT)
      .describe('CONNECTION LIMIT of the database; -1 for none'),
    schemas: z
      .array(
        z.string().superRefine((name, context) => {
          const problem = checkSchemaName(name);
          if (problem) {
            context.addIssue({
              code: z.ZodIssueCode.custom,
              message: problem,
            });
          }
        }),
      )
      .max(MAX_SCHEMAS)
      .transform(names => [...new Set(names)].sort())
      .optional()
      .describe(
        'Schemas beside public, each with group roles of its own for owners, writers and readers',
      ),
    extensions: z
      .array(
        z
          .string()
          .regex(
            EXTENSION,
            'expected the name of an extension, such as pgcrypto, or with a version, such as pgcrypto@1.3',
          ),
      )
      .max(50)
      .default([])
      .superRefine((entries, context) => {
        const once = new Set(entries);
        for (const name of new Set(extensionNames([...once]))) {
          const asked = [...once].filter(
            entry => extensionNames([entry])[0] === name,
          );
          if (asked.length > 1) {
            context.addIssue({
              code: z.ZodIssueCode.custom,
              message: `${asked.join(
                ' and ',
              )} are one extension, which has one version; leave one out`,
            });
          }
        }
      })
      // A set: neither the order nor a name given twice makes another database.
      .transform(names => [...new Set(names)].sort())
      .describe(
        'Extensions to CREATE in the database, each by its name or with a version, such as citext@1.6',
      ),
    parameters: z
      .record(z.string(), parameterValue)
      .default({})
      .superRefine((parameters, context) => {
        for (const [name, value] of Object.entries(parameters)) {
          const problem = allowedParameters.includes(name)
            ? checkParameter(name, value)
            : `is not a parameter that a database may carry; allowed are ${allowedParameters.join(
                ', ',
              )}`;
          if (problem) {
            context.addIssue({
              code: z.ZodIssueCode.custom,
              path: [name],
              message: problem,
            });
          }
        }
      })
      .transform(
        parameters =>
          Object.fromEntries(Object.entries(parameters).sort()) as {
            [name: string]: string;
          },
      )
      .describe(
        'ALTER DATABASE … SET: settings of every session in the database',
      ),
    encoding: z
      .enum(ENCODINGS)
      .default('UTF8')
      .describe(
        'ENCODING of the database; UTF8 unless an old client needs another',
      ),
    localeProvider: z
      .enum(LOCALE_PROVIDERS)
      .optional()
      .describe(
        'LOCALE_PROVIDER: whose locale it is. icu and builtin need a locale of theirs, such as de-DE, or C.UTF-8; libc, or the server’s own, when left out',
      ),
    locale: z
      .string()
      .regex(
        /^[A-Za-z0-9_.@-]{1,64}$/,
        'expected the name of a locale of the server, such as C.UTF-8 or en_US.UTF-8',
      )
      .optional()
      .describe(
        'LOCALE (LC_COLLATE and LC_CTYPE); the server’s own when left out',
      ),
    template: z
      .string()
      .regex(
        /^[a-z][a-z0-9_]{0,62}$/,
        'expected the name of a template that the instance allows',
      )
      .optional()
      .describe(
        'TEMPLATE that the database is copied from, one of those that the instance allows; template0, which is empty, when left out',
      ),
  })
  .strict();

/** A parsed spec of a PostgreSQL database. */
export type DatabaseSpec = z.infer<typeof specSchema>;
