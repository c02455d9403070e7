import type { ExportFormat } from '@data-resources/plugin-data-resources-node';

/** All that a box's exports are made from, written down. */
export const memoryExports: readonly ExportFormat[] = [
  {
    id: 'label',
    title: 'Label',
    description: 'For the front of the box',
    audience: 'declaration',
    render: ({ name, spec, grants, elsewhere }) => ({
      fileName: `${name}.json`,
      language: 'json',
      text: `${JSON.stringify({
        name,
        spec,
        grants: grants.map(({ principal, role }) => `${principal} ${role}`),
        elsewhere: elsewhere.map(
          ({ name: other, grant }) =>
            `${grant.principal} ${grant.role} of ${other}`,
        ),
      })}\n`,
    }),
  },
  {
    id: 'dial',
    title: 'Dial',
    description: 'How to open the box',
    audience: 'client',
    render: ({ connection, client, variables }) => ({
      fileName: 'dial.txt',
      language: 'text',
      text: `${connection.box} for ${client?.login.base ?? 'anybody'} as ${
        client?.roles ?? 'anything'
      } with $${variables.username} and $${variables.password}\n`,
    }),
  },
  {
    id: 'nothing',
    title: 'Nothing',
    description: 'Has nothing to say',
    audience: 'client',
    render: () => undefined,
  },
];
