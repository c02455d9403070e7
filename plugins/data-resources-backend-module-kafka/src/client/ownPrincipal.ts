import { createDelegationTokenV3 } from '@platformatic/kafka';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';

/**
 * No kind of principal that Kafka lets renew a token: with it, the request is refused before
 * anything is made, and the refusal says who has asked.
 */
const NOBODY = { principalType: 'Nobody', principalName: 'nobody' };

/**
 * Who the broker takes the portal for, e.g. `User:CN=portal`; rules of the broker may make another
 * principal of a login or a certificate than it seems. Kafka has no question for that, so a request
 * is sent that cannot succeed. Undefined where the broker does not say it.
 */
export async function askOwnPrincipal(
  client: KafkaClient,
  deadline: Deadline,
): Promise<string | undefined> {
  if (!(await client.speaks(deadline, createDelegationTokenV3.api))) {
    return undefined;
  }
  try {
    const {
      tokenRequesterPrincipalType: type,
      tokenRequesterPrincipalName: name,
    } = await client.read(
      deadline,
      'ask who the portal is',
      createDelegationTokenV3.api,
      null,
      null,
      [NOBODY],
      -1n,
    );
    return type && name ? `${type}:${name}` : undefined;
  } catch (error) {
    if (!isProviderError(error)) {
      throw error;
    }
    return undefined;
  }
}
