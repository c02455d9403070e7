/** Kafka shows a topic id as 22 characters of base64url; the client library as a UUID in hex. */
export function topicIdFromUuid(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The reverse of {@link topicIdFromUuid}. */
export function uuidFromTopicId(topicId: string): string {
  const hex = Buffer.from(topicId, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
