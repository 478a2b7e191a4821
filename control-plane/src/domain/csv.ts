/** CSV as RFC 4180 has it, safe to be opened in a spreadsheet. */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), also in its wide form. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** A line with its end. Numbers are written in full; texts that a spreadsheet would run get a `'` before them. */
export function csvLine(cells: (string | number | undefined)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
