/** Ready calls of an endpoint, to copy. */

/** What a snippet calls, and as whom: `token` null stands for a public endpoint. */
export interface EndpointCall {
  url: string;
  body: unknown;
  client: { name: string; token: string } | null;
}

/** Stands where the real token is not known any more. */
export const TOKEN_PLACEHOLDER = "<token>";

const ARGUMENT_CHARS_MAX = 100_000;

/** A `curl` for a POSIX shell. */
export function curlSnippet({ url, body, client }: EndpointCall): string {
  const json = JSON.stringify(body);
  const tooLong = json.length > ARGUMENT_CHARS_MAX;
  const lines = [
    `curl ${shellQuote(url)}`,
    ...(client === null ? [] : [`-u ${shellQuote(`${client.name}:${client.token}`)}`]),
    `-H 'Content-Type: application/json'`,
    tooLong ? "--data-binary @body.json" : `-d ${shellQuote(json)}`,
  ];
  return `${tooLong ? "# Save the example body as body.json first: it is too long for an argument.\n" : ""}${lines.join(" \\\n  ")}`;
}

/** Python with `requests`. */
export function pythonSnippet({ url, body, client }: EndpointCall): string {
  const auth =
    client === null ? "" : `\n    auth=(${JSON.stringify(client.name)}, ${JSON.stringify(client.token)}),`;
  return `import requests

response = requests.post(
    ${JSON.stringify(url)},${auth}
    json=${pythonLiteral(body)},
    timeout=60,
)
response.raise_for_status()
print(response.json()["predictions"])`;
}

/** JavaScript with `fetch`, for a server: a browser would show the token to its user. */
export function javascriptSnippet({ url, body, client }: EndpointCall): string {
  const authorization =
    client === null
      ? ""
      : `\n    authorization: \`Basic \${btoa(${JSON.stringify(`${client.name}:${client.token}`)})}\`,`;
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: {
    "content-type": "application/json",${authorization}
  },
  body: JSON.stringify(${JSON.stringify(body)}),
});
if (!response.ok) throw new Error(await response.text());
console.log((await response.json()).predictions);`;
}

/** Quotes a word for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Writes JSON data as a Python literal. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`,
    );
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value);
}
