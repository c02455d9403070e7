import type { ServerFacts } from './facts';
import { extensionsInOrder } from './extensionOrder';

describe('the order of extensions', () => {
  const facts = {
    extensions: [
      { name: 'h3_postgis', requires: ['h3', 'postgis'] },
      { name: 'pgrouting', requires: ['postgis'] },
      { name: 'postgis', requires: [] },
    ],
    model: {
      extensionVersions: [
        { name: 'pgrouting', version: '3.6', requires: ['postgis', 'plpgsql'] },
      ],
    },
  } as unknown as ServerFacts;

  it('should be one in which each follows those that it requires', () => {
    expect(
      extensionsInOrder(
        ['citext', 'h3_postgis', 'pgrouting@3.6', 'postgis@3.4'],
        facts,
      ),
    ).toEqual(['citext', 'postgis@3.4', 'h3_postgis', 'pgrouting@3.6']);
    expect(extensionsInOrder(['pgrouting'], facts)).toEqual(['pgrouting']);
  });
});
