/** MLflow's search filters know no escape for quotes. */

/**
 * Writes the filter that finds a model's versions. With both kinds of quotes in the name no literal can hold it: a pattern
 * then finds it among others, and the caller keeps the exact ones.
 */
export function nameFilter(name: string): string {
  if (!name.includes("'")) return `name='${name}'`;
  if (!name.includes('"')) return `name="${name}"`;
  return `name LIKE '${name.replace(/['"\\]/g, "_")}'`;
}
