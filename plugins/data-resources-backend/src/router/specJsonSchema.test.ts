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

  it('should say nothing where there are none', () => {
    expect(JSON.stringify(specJsonSchema(type))).not.toContain('multiline');
  });
});
