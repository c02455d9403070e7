import type { AdminConfig } from '../config/readKafkaConfig';
import { describeCause } from './describeCause';
import { wasTold } from './wasTold';

type How = Pick<AdminConfig, 'tls' | 'ca' | 'certificate' | 'sasl'>;

interface Advice {
  isFor(said: string, how: How, error: unknown): boolean;
  say(how: How): string;
}

/** Which field of the configuration to look at, by what a connection failed with. */
const ADVICE: Advice[] = [
  {
    isFor: (_said, _how, error) => wasTold(error, 'UNSUPPORTED_SASL_MECHANISM'),
    say: ({ sasl }) =>
      `The listener does not take ${sasl?.mechanism}: check admin.saslMechanism of the instance.`,
  },
  {
    isFor: (_said, _how, error) => wasTold(error, 'SASL_AUTHENTICATION_FAILED'),
    say: () =>
      'Check admin.username, admin.password and admin.saslMechanism of the instance.',
  },
  {
    isFor: (_said, _how, error) => wasTold(error, 'ILLEGAL_SASL_STATE'),
    say: ({ tls }) =>
      `The listener takes no login by SASL: set admin.securityProtocol to ${
        tls ? 'SSL' : 'PLAINTEXT'
      }, or take the port of another listener in admin.bootstrapServers.`,
  },
  {
    isFor: said =>
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|CERT_SIGNATURE_FAILURE/.test(
        said,
      ),
    say: ({ ca }) =>
      `The broker's certificate is of an authority that the portal does not trust: ${
        ca
          ? 'admin.ca or admin.caFile of the instance holds another one'
          : 'set admin.ca or admin.caFile of the instance'
      }.`,
  },
  {
    isFor: said => /CERT_HAS_EXPIRED/.test(said),
    say: () =>
      "The broker's certificate, or that of the authority in admin.ca or admin.caFile, is not valid any more: renew it.",
  },
  {
    isFor: said => /CERT_NOT_YET_VALID/.test(said),
    say: () =>
      "The broker's certificate is not valid yet: compare the clocks of the portal and the broker.",
  },
  {
    isFor: said => /ERR_TLS_CERT_ALTNAME_INVALID/.test(said),
    say: () =>
      "The broker's certificate is for other names: use one of them in admin.bootstrapServers of the instance.",
  },
  {
    isFor: said =>
      /alert (bad certificate|certificate unknown|certificate expired|certificate required|unknown ca|handshake failure|unsupported certificate)|ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|HANDSHAKE_FAILURE)/i.test(
        said,
      ),
    say: ({ certificate }) =>
      certificate
        ? 'The broker does not take the certificate of the portal: admin.certificate must be of an authority that the broker trusts, and still be valid.'
        : 'The broker wants a certificate of the portal: set admin.certificate and admin.key of the instance.',
  },
  {
    isFor: said =>
      /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|verify the broker supports TLS/i.test(
        said,
      ),
    say: ({ sasl }) =>
      `The listener does not speak TLS: set admin.securityProtocol to ${
        sasl ? 'SASL_PLAINTEXT' : 'PLAINTEXT'
      }, or take the port of another listener in admin.bootstrapServers.`,
  },
  {
    isFor: said => /ENOTFOUND|EAI_AGAIN/.test(said),
    say: () =>
      'A name does not resolve: check admin.bootstrapServers of the instance.',
  },
  {
    // A listener that is spoken to in the wrong way just hangs up.
    isFor: (said, { tls }) =>
      !tls && /ECONNRESET|connection closed|TLS/i.test(said),
    say: ({ sasl }) =>
      `Where the listener speaks TLS${
        sasl ? '' : ' or wants a login'
      }, check admin.securityProtocol of the instance.`,
  },
];

/** What to check, for people; nothing where the failure says it all. */
export function adviceOn(error: unknown, how: How): string[] {
  const said = describeCause(error);
  const found = ADVICE.find(({ isFor }) => isFor(said, how, error));
  return found ? [found.say(how)] : [];
}
