import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { kubernetesName } from './kubernetesName';
import {
  commentLines,
  javaProperties,
  quotedText,
  shellWord,
  yamlDocuments,
} from './texts';

/** Whatever may be in a text, with what is special somewhere more often than by chance. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      ...'\\"\'`$%{}[]#!=: \n\r\t\f\v\u0085\u2028\u00e9,;&*?|<>@-~_ny01.',
      'true',
      '---',
      '- ',
      '\ud83d\ude00',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
  ),
});
const RUNS = { numRuns: 2000 };

/** As `java.util.Properties.load` documents its reading. */
function loadProperties(source: string): [key: string, value: string][] {
  const lines: string[] = [];
  let open = '';
  for (const line of source.split(/\r\n|\r|\n/)) {
    const part = line.replace(/^[ \t\f]+/, '');
    if (!open && (part === '' || /^[#!]/.test(part))) {
      continue;
    }
    const isContinued = /(?<!\\)(\\\\)*\\$/.test(part);
    open += isContinued ? part.slice(0, -1) : part;
    if (!isContinued) {
      lines.push(open);
      open = '';
    }
  }
  return lines.map(line => {
    const key = /^(?:\\[\s\S]|[^\\ \t\f=:])*/.exec(line)![0];
    const value = line.slice(key.length).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '');
    return [unescaped(key), unescaped(value)];
  });
}

function unescaped(source: string): string {
  const characters: { [letter: string]: string } = {
    n: '\n',
    r: '\r',
    t: '\t',
    f: '\f',
  };
  return source.replace(/\\(?:u([0-9a-f]{4})|([\s\S]))/g, (_, code, letter) =>
    code
      ? String.fromCharCode(parseInt(code, 16))
      : characters[letter] ?? letter,
  );
}

describe('texts of exports', () => {
  it('should write Java properties that are read back as they were, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text)),
        fc.array(text),
        (entries, comment) => {
          const written = javaProperties(entries, comment);

          expect(written).toMatch(/^[\t\n -~]*$/);
          expect(loadProperties(written)).toEqual(entries);
        },
      ),
      RUNS,
    );
  });

  it('should keep the lines of a PEM file apart', () => {
    expect(
      javaProperties([['ca', '-----BEGIN\nAAAA\n-----END']], ['a\nb=c']),
    ).toBe('# a b=c\nca=-----BEGIN\\n\\\nAAAA\\n\\\n-----END\n');
  });

  it('should write YAML that is read back as it was, by YAML 1.1 and 1.2', () => {
    const document = fc.dictionary(text, fc.oneof(text, fc.integer()), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1, maxLength: 3 }),
        fc.array(text),
        (documents, comment) => {
          const written = yamlDocuments(
            documents.map(data => ({ data })),
            comment,
          );

          for (const version of ['1.1', '1.2'] as const) {
            const read = parseAllDocuments(written, { version });
            expect(read.flatMap(({ errors }) => errors)).toEqual([]);
            expect(read.map(each => each.toJS())).toEqual(
              documents.map(data => ({ data: { ...data } })),
            );
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('should quote what another YAML reader takes for no text', () => {
    expect(
      yamlDocuments([{ a: 'on', b: '1_000', c: 'no', d: '012', e: '~' }]),
    ).toBe('a: "on"\nb: "1_000"\nc: "no"\nd: "012"\ne: "~"\n');
  });

  it('should quote texts for JavaScript, JSON, Python and HOCON', () => {
    fc.assert(
      fc.property(text, value => {
        const quoted = quotedText(value);

        expect(JSON.parse(quoted)).toBe(value);
        expect(quoted).not.toMatch(/[\n\r\v\f\u0085\u2028\u2029]/);
      }),
      RUNS,
    );
  });

  it('should comment on one line, whatever is in it', () => {
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('#' as const, '--' as const),
        (value, mark) => {
          const [line] = commentLines([value], mark);

          expect(line.startsWith(mark)).toBe(true);
          expect(line).not.toMatch(/[\n\r\v\f\u0085\u2028\u2029]/);
        },
      ),
      RUNS,
    );
  });

  it('should leave words of a shell alone only where nothing is special in them', () => {
    expect(shellWord('db-1.example.com:5432')).toBe('db-1.example.com:5432');
    expect(shellWord(`a b'c$d`)).toBe(`'a b'\\''c$d'`);
    expect(shellWord('')).toBe(`''`);
  });

  it('should name objects of Kubernetes by legal names that stay apart', () => {
    expect(kubernetesName('orders.v1')).toBe('orders.v1');
    expect(kubernetesName('Orders_v1')).toMatch(/^orders-v1-[0-9a-f]{8}$/);
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(kubernetesName(left)).toMatch(
          /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
        );
        expect(kubernetesName(left) === kubernetesName(right)).toBe(
          left === right,
        );
      }),
      RUNS,
    );
  });
});
