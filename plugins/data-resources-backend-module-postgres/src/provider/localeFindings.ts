import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { plain, sameIcuLocale, sameLocale, standardTag } from '../type/locales';
import { type DatabaseSpec, EMPTY_TEMPLATE } from '../type/specSchema';
import type { ServerFacts, ServerModel } from './facts';
import { deny, info } from './findings';

/** Whether the server has the locale, in the provider's own words, and the encoding fits it. */
export function localeFindings(
  spec: DatabaseSpec,
  facts: ServerFacts,
): Finding[] {
  const { localeProvider = 'libc' } = spec;
  const { localeProviders } = facts.model;
  if (
    spec.localeProvider !== undefined &&
    !localeProviders.includes(localeProvider)
  ) {
    return [
      deny(
        'locale-provider',
        'spec.localeProvider',
        `The server has no locales of ${localeProvider}; it has ${localeProviders.join(
          ', ',
        )}`,
      ),
    ];
  }
  const findings = {
    libc: libcFindings,
    icu: icuFindings,
    builtin: builtinFindings,
  }[localeProvider](spec, facts);
  return findings.length > 0 ? findings : encodingFindings(spec, facts);
}

function libcFindings({ locale }: DatabaseSpec, facts: ServerFacts): Finding[] {
  return locale === undefined ||
    facts.locales.some(found => sameLocale(found, locale))
    ? []
    : [
        deny(
          'unknown-locale',
          'spec.locale',
          `The server has no locale ${locale}; it has ${facts.locales.join(
            ', ',
          )}`,
        ),
      ];
}

function icuFindings(
  { locale, encoding }: DatabaseSpec,
  { model }: ServerFacts,
): Finding[] {
  if (locale === undefined) {
    return [localeNeeded('icu', 'a language tag such as de-DE or und')];
  }
  if (encoding === 'SQL_ASCII') {
    return [
      deny(
        'encoding-and-locale',
        'spec.encoding',
        'ICU has no encoding SQL_ASCII; choose UTF8, or a locale of libc',
      ),
    ];
  }
  if (!/^[A-Za-z0-9-]+$/.test(locale)) {
    // The server would keep another spelling than the one that was agreed.
    return [
      deny(
        'unknown-locale',
        'spec.locale',
        `ICU's locales are language tags, such as de-DE or de-DE-u-co-phonebk, and ${locale} is none`,
      ),
    ];
  }
  const languages = [locale, standardTag(locale)].map(tag =>
    tag.split('-')[0].toLowerCase(),
  );
  const [language] = languages;
  return languages.some(each => model.icuLanguages.includes(each))
    ? []
    : [
        deny(
          'unknown-locale',
          'spec.locale',
          `The server's ICU knows no language ${language}, with which ${locale} begins; expected a language tag such as de-DE, en-US or und`,
        ),
      ];
}

function builtinFindings(
  { locale, encoding }: DatabaseSpec,
  { model }: ServerFacts,
): Finding[] {
  const known = [
    ...new Set(model.builtinLocales.map(each => each.locale)),
  ].sort();
  if (locale === undefined) {
    return [localeNeeded('builtin', `one of ${known.join(', ')}`)];
  }
  const ofName = model.builtinLocales.filter(each => each.locale === locale);
  if (ofName.length === 0) {
    return [
      deny(
        'unknown-locale',
        'spec.locale',
        `The server has no builtin locale ${locale}; it has ${known.join(
          ', ',
        )}`,
      ),
    ];
  }
  const encodings = ofName.map(each => each.encoding);
  return encodings.includes(null) || encodings.includes(encoding)
    ? []
    : [
        deny(
          'encoding-and-locale',
          'spec.encoding',
          `The builtin locale ${locale} is for the encoding ${encodings.join(
            ', ',
          )}, and ${encoding} was asked for`,
        ),
      ];
}

function localeNeeded(provider: string, expected: string): Finding {
  return deny(
    'locale-needed',
    'spec.locale',
    `The locale provider ${provider} needs a locale: ${expected}`,
  );
}

/** The C library's classes of characters are of one encoding, whoever compares strings. */
function encodingFindings(spec: DatabaseSpec, facts: ServerFacts): Finding[] {
  const { encoding } = spec;
  const locale = ['icu', 'builtin'].includes(spec.localeProvider ?? 'libc')
    ? undefined
    : spec.locale;
  const effective = locale ?? facts.defaultLocale;
  const charset = /\.(.+)$/.exec(effective)?.[1];
  const isC = ['C', 'POSIX'].includes(effective);
  if (!isC && charset && !fits(encoding, charset)) {
    return [
      deny(
        'encoding-and-locale',
        'spec.encoding',
        `The encoding ${encoding} does not fit the locale ${effective}${
          locale === undefined ? ', which is the server’s own' : ''
        }; give a locale of that encoding, or C`,
      ),
    ];
  }
  return [];
}

const CHARSETS: { [encoding: string]: RegExp } = {
  LATIN1: /^iso88591$/,
  LATIN2: /^iso88592$/,
  LATIN9: /^iso885915$/,
  ISO_8859_5: /^iso88595$/,
  WIN1250: /^cp1250$/,
  WIN1251: /^cp1251$/,
  WIN1252: /^cp1252$/,
  KOI8R: /^koi8r$/,
};

function fits(encoding: string, charset: string): boolean {
  const name = plain(charset).replaceAll('_', '');
  return (
    CHARSETS[encoding]?.test(name) ??
    name === plain(encoding).replaceAll('_', '')
  );
}

/** Whether the database may be copied from the template, and comes out as it was asked for. */
export function templateFindings(
  spec: DatabaseSpec,
  { model }: ServerFacts,
  { limits }: InstanceConfig,
): Finding[] {
  const path = 'spec.template';
  const { template = EMPTY_TEMPLATE } = spec;
  if (template === EMPTY_TEMPLATE) {
    return [];
  }
  if (!limits.templates.includes(template)) {
    return [
      deny(
        'template-not-allowed',
        path,
        `The template ${template} is not on this instance's allow-list (limits.templates); allowed: ${[
          EMPTY_TEMPLATE,
          ...[...limits.templates].sort(),
        ].join(', ')}`,
      ),
    ];
  }
  const found = model.templates.find(({ name }) => name === template);
  if (!found) {
    return [
      deny(
        'template-not-available',
        path,
        `The template ${template} is allowed, but the server has no database of that name that everybody may copy; an administrator makes it one with: ALTER DATABASE ${ident(
          template,
        )} IS_TEMPLATE true;`,
      ),
    ];
  }
  const unlike = differingFromTemplate(spec, found);
  return unlike.length > 0
    ? unlike
    : [
        info(
          'template-contents',
          path,
          `The database begins with all that is in ${template}. It belongs to whom it belongs there, with the privileges that it has there: the group roles get none on it`,
        ),
      ];
}

/** A copy has the encoding and the locale of what it is copied from. */
function differingFromTemplate(
  { encoding, locale, localeProvider }: DatabaseSpec,
  template: ServerModel['templates'][number],
): Finding[] {
  const provider =
    localeProvider ?? (locale === undefined ? template.provider : 'libc');
  return [
    ...(encoding === template.encoding
      ? []
      : [
          unlikeTemplate(
            'encoding',
            encoding,
            template.name,
            template.encoding,
          ),
        ]),
    ...(provider === template.provider
      ? []
      : [
          unlikeTemplate(
            'localeProvider',
            provider,
            template.name,
            template.provider,
          ),
        ]),
    ...(locale === undefined ||
    provider !== template.provider ||
    (provider === 'icu' ? sameIcuLocale : sameLocale)(locale, template.locale)
      ? []
      : [unlikeTemplate('locale', locale, template.name, template.locale)]),
  ];
}

function unlikeTemplate(
  field: string,
  asked: string,
  template: string,
  has: string,
): Finding {
  return deny(
    'template-differs',
    `spec.${field}`,
    `The ${field} is ${asked}, and that of the template ${template} is ${has}: only a database that is copied from ${EMPTY_TEMPLATE} can have another. Ask for ${has}, or leave the template out`,
  );
}
