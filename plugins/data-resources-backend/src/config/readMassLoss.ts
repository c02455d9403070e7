import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { checkKeys, found } from './checks';

const PATH = 'dataResources.drift.massLoss';

/** How much of an instance may be gone at once and still be believed, unless configured. */
export const MASS_LOSS = { share: 0.5, least: 5 };

/** Reads `dataResources.drift.massLoss`. */
export function readMassLoss(config: Config | undefined): typeof MASS_LOSS {
  if (!config) {
    return MASS_LOSS;
  }
  checkKeys(config, PATH, ['share', 'least']);
  const share = config.getOptionalNumber('share') ?? MASS_LOSS.share;
  if (!(share >= 0 && share <= 1)) {
    throw new InputError(
      `${PATH}.share is ${found(
        share,
      )}, and must be a number from 0 to 1: the share of an instance that may be gone at once and still be believed`,
    );
  }
  const least = config.getOptionalNumber('least') ?? MASS_LOSS.least;
  if (!Number.isInteger(least) || least < 1) {
    throw new InputError(
      `${PATH}.least is ${found(
        least,
      )}, and must be a whole number from 1 on: fewer than so many are always believed`,
    );
  }
  return { share, least };
}
