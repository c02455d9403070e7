import { promises as fs } from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './paths';

/** docs/pitfalls.md names tests: a reader who looks for one finds it. */
describe('the list of pitfalls', () => {
  it('should name tests that there are', async () => {
    const text = await fs.readFile(
      path.join(repositoryRoot, 'docs/pitfalls.md'),
      'utf8',
    );
    const lines = text.split('\n').filter(line => line.startsWith('- `'));
    const named: string[] = [];
    const missing: string[] = [];
    for (const line of lines) {
      const [, file, list] = /^- `([^`]+)`: (.+)$/.exec(line) ?? [line, line];
      const titles = [...(list ?? '').matchAll(/“([^”]+)”/g)].map(
        ([, title]) => title,
      );
      const source = await fs
        .readFile(path.join(repositoryRoot, file), 'utf8')
        .catch(() => '');
      named.push(...titles);
      missing.push(
        ...(titles.length === 0 ? [line] : []),
        ...titles
          .filter(
            title =>
              !["'", '"', '`'].some(quote =>
                source.includes(`${quote}${title}${quote}`),
              ),
          )
          .map(title => `${file}: ${title}`),
      );
    }
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(60);
  });
});
