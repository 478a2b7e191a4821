/** JSON as MLflow writes it: Python prints bare `NaN` and `Infinity`, which JSON does not know. */

/** Parses JSON; bare NaN and infinities become the words of MetricValue. Throws SyntaxError. */
export function parseMlflowJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (token) =>
      token.startsWith('"') ? token : `"${token}"`,
    );
    if (quoted === text) throw error;
    return JSON.parse(quoted);
  }
}
