import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { ApiProblem } from "#data/api.ts";

/** Says why what was asked for did not happen. */
export function FailedAction({ error }: { error: Error | null }) {
  if (error === null) return null;
  const title = error instanceof ApiProblem ? error.problem?.title : undefined;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={title ?? "That did not work"}
      role="alert"
    >
      <Text size="sm" className="break-anywhere">
        {error.message}
      </Text>
    </Alert>
  );
}
