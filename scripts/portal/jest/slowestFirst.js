// @ts-check
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * What waits longest for real servers, by the file's path. Begun last it would run alone, with a
 * processor idle.
 */
const SLOWEST = [
  /module-cassandra\/src\/contract\.test/,
  /catalog-backend-module-[^/]+\/src\/module\.test/,
  /\/contract\.test/,
  /\/(journey|faults)\.test/,
  /backend-module-(kafka|cassandra|postgres)\//,
];

/** Of files in the same place of the list, the larger is begun first, as Jest itself does. */
class SlowestFirst extends Sequencer {
  /**
   * @param {any[]} tests
   */
  sort(tests) {
    const place = ({ path }) => {
      const found = SLOWEST.findIndex(pattern => pattern.test(path));
      return found < 0 ? SLOWEST.length : found;
    };
    return [...super.sort(tests)].sort((a, b) => place(a) - place(b));
  }
}

module.exports = SlowestFirst;
