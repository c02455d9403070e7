import {
  kafkaAcls,
  kafkaConfigs,
  kafkaTopics,
} from '@data-resources/test-engines';
import type { Witness } from './Witness';

/** Kafka's own command line tools, as the administrator. */
export const kafkaWitness: Witness = async ({ engines }) => {
  const kafka = engines['kafka-dev']!;
  const topics = await kafkaTopics(['--describe'], kafka);
  const acls = await kafkaAcls(['--list'], kafka);
  const users = await kafkaConfigs(
    ['--describe', '--entity-type', 'users'],
    kafka,
  );
  return [
    ...topics
      .split('\n')
      .filter(line => line.startsWith('Topic:') && !line.includes('Topic: __'))
      .map(line => line.replace(/\s+/g, ' ').trim()),
    ...aclLines(acls),
    ...users
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== ''),
  ];
};

/** One line per ACL, with the resource that it is on: the tool prints that as a heading. */
function aclLines(output: string): string[] {
  let resource = '';
  const acls: string[] = [];
  for (const line of output.split('\n')) {
    const heading = /ResourcePattern\((.*?)\)`/.exec(line);
    if (heading) {
      resource = heading[1];
    } else if (line.includes('principal=')) {
      acls.push(`acl ${resource} ${line.trim()}`);
    }
  }
  return acls;
}
