import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findJavas } from './findJava';

describe('findJavas', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'find-java-'));
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true });
  });

  const install = async (name: string, release: string, version: string) => {
    const home = path.join(folder, name);
    await fs.mkdir(path.join(home, 'bin'), { recursive: true });
    if (release) {
      await fs.writeFile(path.join(home, 'release'), release);
    }
    await fs.writeFile(
      path.join(home, 'bin/java'),
      `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`,
      { mode: 0o755 },
    );
    return home;
  };

  it('should read the version from the release file, else ask the program', async () => {
    const first = await install('a', 'JAVA_VERSION="17.0.15"\n', 'unused');
    const second = await install('b', '', '21-ea');
    const third = await install('c', '', '1.8.0_402');
    const javas = await findJavas({
      JAVA17_HOME: first,
      JAVA_HOME: second,
      PATH: path.join(third, 'bin'),
    });
    expect(javas.slice(0, 3)).toEqual([
      { home: first, binary: path.join(first, 'bin/java'), version: 17 },
      { home: second, binary: path.join(second, 'bin/java'), version: 21 },
      { home: third, binary: path.join(third, 'bin/java'), version: 8 },
    ]);
  });

  it('should follow a link in PATH and pass over folders without a program', async () => {
    const home = await install('a', 'JAVA_VERSION="25"\n', 'unused');
    const links = path.join(folder, 'links');
    await fs.mkdir(links);
    await fs.symlink(path.join(home, 'bin/java'), path.join(links, 'java'));
    const javas = await findJavas({
      JAVA_HOME: path.join(folder, 'nothing'),
      PATH: [folder, links].join(path.delimiter),
    });
    expect(javas[0]).toEqual(expect.objectContaining({ home, version: 25 }));
  });
});
