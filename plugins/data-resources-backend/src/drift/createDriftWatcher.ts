import {
  DriftWatcher,
  type DriftWatcherOptions,
} from '../reconciler/DriftWatcher';
import { AccessComparer } from './AccessComparer';
import { DriftComparer } from './DriftComparer';
import { DriftCorrector, type DriftCorrectorOptions } from './DriftCorrector';
import { DriftLedger } from './DriftLedger';
import { DriftWriter } from './DriftWriter';

/** What compares engines with the ledger, writes the difference down and may ask for its end. */
export function createDriftWatcher(
  options: Omit<
    DriftWatcherOptions,
    'ledger' | 'comparer' | 'writer' | 'corrector'
  > &
    DriftCorrectorOptions & { installationId: string },
): DriftWatcher {
  return DriftWatcher.create({
    ...options,
    ledger: DriftLedger.create(options),
    comparer: DriftComparer.create({
      access: AccessComparer.create(options),
    }),
    writer: DriftWriter.create(options),
    corrector: DriftCorrector.create(options),
  });
}
