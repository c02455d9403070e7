import { compareGuardrails } from './compareGuardrails';
import type { Guardrails } from './facts';
import { GUARDRAILS } from './readSettings';

describe('guardrails of several nodes', () => {
  const compare = (...each: Guardrails[]) =>
    compareGuardrails(
      each.map((guardrails, index) => ({
        address: `10.0.0.${index + 1}`,
        guardrails,
      })),
      GUARDRAILS,
    );

  it('should be those of each where they are the same', () => {
    const guardrails: Guardrails = {
      tablesFail: 150,
      dropKeyspaceEnabled: false,
      tablePropertiesWarned: ['cdc'],
    };
    expect(compare(guardrails, guardrails)).toEqual({ guardrails });
    expect(compare({})).toEqual({ guardrails: {} });
  });

  it('should be the strictest of each, and told where they differ', () => {
    expect(
      compare(
        { tablesFail: 150, minimumReplicationFactorFail: 2 },
        {
          tablesFail: 100,
          minimumReplicationFactorFail: 3,
          dropKeyspaceEnabled: false,
          tablePropertiesWarned: ['cdc', 'comment'],
        },
        {
          tablesFail: 150,
          minimumReplicationFactorFail: 3,
          tablePropertiesWarned: ['cdc'],
        },
      ),
    ).toEqual({
      guardrails: {
        tablesFail: 100,
        minimumReplicationFactorFail: 3,
        dropKeyspaceEnabled: false,
        tablePropertiesWarned: ['cdc', 'comment'],
      },
      differing: [
        'minimum_replication_factor_fail_threshold (2 on 10.0.0.1, 3 on 10.0.0.2 and 10.0.0.3)',
        'tables_fail_threshold (150 on 10.0.0.1 and 10.0.0.3, 100 on 10.0.0.2)',
        'drop_keyspace_enabled (nothing on 10.0.0.1 and 10.0.0.3, false on 10.0.0.2)',
        'table_properties_warned (nothing on 10.0.0.1, cdc,comment on 10.0.0.2, cdc on 10.0.0.3)',
      ],
    });
  });
});
