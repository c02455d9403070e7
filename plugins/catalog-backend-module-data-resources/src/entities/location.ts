/** The type of the locations of our entities; no processor reads it. */
export const LOCATION_TYPE = 'data-resources';
