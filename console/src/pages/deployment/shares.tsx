import { Text } from "@mantine/core";
import type { Deployment } from "@slipway/contracts/api/deployment";

const COLOURS = [
  "light-dark(var(--mantine-color-blue-9), var(--mantine-color-blue-4))",
  "light-dark(var(--mantine-color-teal-7), var(--mantine-color-teal-4))",
  "light-dark(var(--mantine-color-grape-7), var(--mantine-color-grape-4))",
];

/** Which revisions get requests, and how many of them. */
export function Shares({ shares }: { shares: Deployment["shares"] }) {
  const words = shares.map(({ revision, weight }) => `revision ${revision} · ${weight} %`).join(", ");
  return (
    <div style={{ maxWidth: 480 }}>
      <div className="shares" role="img" aria-label={`Shares of the requests: ${words}`}>
        {shares.map(({ revision, weight }, index) => (
          <div key={revision} style={{ flexGrow: weight, background: COLOURS[index % COLOURS.length] }} />
        ))}
      </div>
      <Text size="sm" mt={2}>
        {words}
      </Text>
    </div>
  );
}
