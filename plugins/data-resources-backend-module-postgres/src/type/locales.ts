/** `en_US.UTF-8` and `en_US.utf8` are one locale to the C library. */
export function sameLocale(left: string, right: string): boolean {
  return plain(left) === plain(right);
}

/**
 * From 16 on the server keeps the standard form of a language tag: `de-u-co-phonebk-kn-true` where
 * `DE-u-kn-co-phonebk` was asked for.
 */
export function sameIcuLocale(left: string, right: string): boolean {
  return sameLocale(left, right) || standardTag(left) === standardTag(right);
}

/** The standard form of a language tag; what is none, as it is. */
export function standardTag(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return tag;
  }
}

/** The spelling in which names of locales and encodings can be compared. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
