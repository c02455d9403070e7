/** `en_US.UTF-8` and `en_US.utf8` are one locale to the C library. */
export function sameLocale(left: string, right: string): boolean {
  return plain(left) === plain(right);
}

/** The spelling in which names of locales and encodings can be compared. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
}
