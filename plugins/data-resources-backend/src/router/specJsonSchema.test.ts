import { z } from 'zod/v3';
import { TOPIC } from '../requests/input/__testUtils__/createInput';
import { specJsonSchema } from './specJsonSchema';

describe('specJsonSchema', () => {
  const type = {
    ...TOPIC,
    specSchema: z.object({
      name: z.string(),
      schema: z.string().max(10).describe('CQL'),
    }),
  };

  it('should say which texts have several lines', () => {
    expect(
      specJsonSchema({ ...type, multilineFields: ['schema'] }),
    ).toMatchObject({
      properties: {
        name: { type: 'string' },
        schema: {
          type: 'string',
          maxLength: 10,
          description: 'CQL',
          format: 'multiline',
        },
      },
    });
  });

  it('should name the keys of a map that people look for', () => {
    const map = z.object({
      config: z.record(z.string().min(1), z.string().max(9)),
      replication: z.record(z.number()),
    });
    const schema = specJsonSchema({
      ...TOPIC,
      specSchema: map,
      mapKeys: {
        config: {
          common: {
            'retention.ms': { description: 'How long', examples: ['-1'] },
          },
          others: ['segment.ms'],
        },
        replication: { ofTopology: 'dataCenters' },
      },
    });
    expect(schema.properties).toEqual({
      config: {
        type: 'object',
        additionalProperties: { type: 'string', maxLength: 9 },
        properties: {
          'retention.ms': {
            type: 'string',
            maxLength: 9,
            description: 'How long',
            examples: ['-1'],
          },
        },
        propertyNames: { minLength: 1, examples: ['segment.ms'] },
      },
      replication: {
        type: 'object',
        additionalProperties: { type: 'number' },
        'x-topology': 'dataCenters',
      },
    });
  });

  it('should say nothing where there are none', () => {
    expect(JSON.stringify(specJsonSchema(type))).not.toContain('multiline');
  });
});
