export const pluginId = 'data-resources';
