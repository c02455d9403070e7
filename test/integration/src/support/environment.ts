/** A variable that `./portal test` sets. */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set; './portal test integration' starts a portal and says where it is`,
    );
  }
  return value;
}
