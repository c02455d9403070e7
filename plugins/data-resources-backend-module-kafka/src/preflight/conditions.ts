import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { EveryoneAllowed } from './everyoneAllowed';

/** Whether ACLs mean anything here. */
export function authorizerCondition(enabled: boolean): InstanceCondition {
  return {
    type: 'Authorizer',
    status: enabled ? 'ok' : 'error',
    message: enabled
      ? 'The brokers check ACLs.'
      : 'The brokers have no authorizer, so everybody may do everything. Set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer on brokers and controllers.',
  };
}

/** Whether a login without ACLs is kept out. */
export function everyoneCondition(allowed: EveryoneAllowed): InstanceCondition {
  const type = 'AllowEveryone';
  switch (allowed.verdict) {
    case 'no':
      return {
        type,
        status: 'ok',
        message: 'Who has no ACL is refused.',
      };
    case 'yes':
      return {
        type,
        status: 'error',
        message:
          'The brokers let everybody in where there is no ACL, which makes ACLs worthless. Set allow.everyone.if.no.acl.found=false on brokers and controllers.',
      };
    default:
      return {
        type,
        status: 'warn',
        message: `It could not be found out whether who has no ACL is refused: ${allowed.why.replace(
          /\.$/,
          '',
        )}. Make sure that allow.everyone.if.no.acl.found is not true.`,
      };
  }
}
