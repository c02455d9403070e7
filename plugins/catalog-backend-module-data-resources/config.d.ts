import type { HumanDuration } from '@backstage/types';

export interface Config {
  catalog?: {
    providers?: {
      /** Data resources and their instances as entities. */
      dataResources?: {
        /** How often the backend is asked for what changed. Default: 1 second. */
        pollInterval?: string | HumanDuration;

        /**
         * How often everything is read anew, as a backstop; it also happens at the
         * start. Default: 10 minutes.
         */
        fullSyncInterval?: string | HumanDuration;

        /**
         * Entities that are missing when everything is read anew, without having
         * been reported as deleted, are removed only while they stay within one of
         * these limits. Beyond both nothing is removed, and the log says so.
         */
        removalLimit?: {
          /** Of the entities there were before, 0 to 100. Default: 50. */
          percent?: number;
          /** Default: 10. */
          count?: number;
        };
      };
    };
  };
}
