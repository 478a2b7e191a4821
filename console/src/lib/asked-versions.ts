/** The versions that a search may mean: `iris 2`, `iris-classifier v2`, `iris version 2`, `models:/iris-classifier/2`. */

/** Of many models whose names hold what is searched for, so many are told. */
const VERSIONS_MAX = 5;
const ASKED = /^(?:models:\/)?(?<model>\S.*?)(?:\/|\s+(?:v|version\s+)?)(?<version>[1-9]\d{0,8})$/i;

/** The shortest names first, as they are the closest; none where no version is asked for. */
export function askedVersions(
  search: string,
  models: { name: string; latestVersion: string | null }[],
): { name: string; version: string }[] {
  const { model, version } = ASKED.exec(search.trim())?.groups ?? {};
  if (model === undefined || version === undefined) return [];
  const part = model.toLowerCase();
  return models
    .filter(
      ({ name, latestVersion }) =>
        name.toLowerCase().includes(part) && Number(latestVersion) >= Number(version),
    )
    .toSorted((a, b) => a.name.length - b.name.length)
    .slice(0, VERSIONS_MAX)
    .map(({ name }) => ({ name, version }));
}
