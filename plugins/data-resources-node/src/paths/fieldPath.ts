/** What stands in a path after a dot; anything else stands in brackets, as in JavaScript. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

/**
 * The path of a field of a request as errors and findings name it: `spec.partitions`,
 * `grants[0].role`, `spec.config["retention.ms"]`.
 *
 * @public
 */
export function fieldPath(parts: readonly (string | number)[]): string {
  return parts.reduce<string>((text, part) => {
    if (typeof part === 'number') {
      return `${text}[${part}]`;
    }
    if (!PLAIN.test(part)) {
      return `${text}[${JSON.stringify(part)}]`;
    }
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/**
 * The parts of a path that {@link fieldPath} made. Of any other text it answers what it can:
 * it splits at dots and brackets and never throws.
 *
 * @public
 */
export function parseFieldPath(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  for (const [, quoted, index, plain] of path.matchAll(
    /\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g,
  )) {
    if (quoted !== undefined) {
      parts.push(unquote(quoted));
    } else {
      parts.push(index === undefined ? plain : Number(index));
    }
  }
  return parts;
}

function unquote(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}
