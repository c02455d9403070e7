import {
  DiscoveryReader,
  type DiscoveryReaderOptions,
} from './DiscoveryReader';
import {
  DiscoveryWatcher,
  type DiscoveryWatcherOptions,
} from './DiscoveryWatcher';
import { OwnerSuggester, type OwnerSuggesterOptions } from './OwnerSuggester';

/** What finds, and what shows, the things that nobody manages. */
export function createDiscovery(
  options: DiscoveryReaderOptions &
    Omit<DiscoveryWatcherOptions, 'suggester'> &
    OwnerSuggesterOptions,
): { reader: DiscoveryReader; watcher: DiscoveryWatcher } {
  return {
    reader: DiscoveryReader.create(options),
    watcher: DiscoveryWatcher.create({
      ...options,
      suggester: OwnerSuggester.create(options),
    }),
  };
}
