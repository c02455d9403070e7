const MAX_LENGTH = 60;

/**
 * A value as it is quoted in an error message: JSON, shortened, and on one line. Never
 * throws, whatever the value is.
 */
export function showValue(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = `a value of type ${typeof value}`;
  }
  // Cut by code points, so that no half of a surrogate pair is left over.
  const characters = Array.from(text.slice(0, 2 * MAX_LENGTH + 2));
  return characters.length > MAX_LENGTH
    ? `${characters.slice(0, MAX_LENGTH).join('')}…`
    : text;
}
