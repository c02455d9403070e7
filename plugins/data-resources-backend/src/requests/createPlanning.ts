import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { DataResourcesConfig } from '../config';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { PolicyEngine } from '../policy';
import { ForeignAccess } from '../resources/ForeignAccess';
import { UsageLedger } from '../usage';
import { NameClaims } from './claims/NameClaims';
import { LedgerReader } from './LedgerReader';
import { PlanJudge } from './PlanJudge';
import { PlanService } from './PlanService';
import { QuarantinePeriods } from './QuarantinePeriods';
import { SubjectResolver } from './subjects/SubjectResolver';

/** What looks up what a request is about, plans it, and says who decides. */
export function createPlanning(options: {
  knex: Knex;
  config: DataResourcesConfig;
  types: ReadonlyMap<string, ResourceType>;
  instances: InstanceRegistry;
  directory: CatalogDirectory;
  policies: PolicyEngine;
}) {
  const { knex, config, instances, directory, policies } = options;
  const { installationId, platformGroup, environments } = config;
  const ledger = LedgerReader.create({ knex });
  const usage = UsageLedger.create(options);
  const claims = NameClaims.create({ knex, platformGroup });
  const quarantine = QuarantinePeriods.create(config.quarantine);
  return {
    ledger,
    usage,
    quarantine,
    subjects: SubjectResolver.create({
      ledger,
      instances,
      directory,
      installationId,
      platformGroup,
      environments,
    }),
    plans: PlanService.create({
      judge: PlanJudge.create({
        policies,
        directory,
        usage,
        claims,
        platformGroup,
        productionEnvironments: config.productionEnvironments,
      }),
      directory,
      foreignAccess: ForeignAccess.create({ knex }),
      claims,
      quarantine,
    }),
  };
}
