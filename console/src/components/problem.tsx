import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle, IconLock, IconPlugX, IconSearchOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiProblem } from "#data/api.ts";
import { useTestMlflow } from "#data/mlflow.ts";
import { describeMlflowCause } from "#lib/mlflow-cause.ts";
import { ButtonLink } from "./links.tsx";
import { Time } from "./time.tsx";

interface ProblemProps {
  error: Error;
  group: string;
  /** When the last good answer came, in milliseconds; 0 when there was none. */
  lastGoodMs?: number;
  onRetry?: () => void;
}

/** Says why something cannot be shown and what to do: the MLflow states with help, all else in the API's words. */
export function ProblemAlert({ error, group, lastGoodMs = 0, onRetry }: ProblemProps) {
  const problem = error instanceof ApiProblem ? error : null;
  switch (problem?.code) {
    case "mlflow_not_configured":
      return <MlflowNotConfigured group={group} />;
    case "mlflow_unreachable":
      return <MlflowUnreachable problem={problem} group={group} lastGoodMs={lastGoodMs} onRetry={onRetry} />;
    case "forbidden":
      return (
        <Notice title="You may not see this" icon={<IconLock aria-hidden />} onRetry={onRetry}>
          {problem.message}
        </Notice>
      );
    case "not_found":
    case "group_not_found":
    case "model_not_found":
    case "model_version_not_found":
    case "deployment_not_found":
      return (
        <Notice
          title={problem.problem?.title ?? "Not found"}
          icon={<IconSearchOff aria-hidden />}
          onRetry={onRetry}
        >
          {problem.message}
        </Notice>
      );
    default:
      return (
        <Alert
          color="red"
          icon={<IconAlertTriangle aria-hidden />}
          title={problem?.problem?.title ?? "This could not be loaded"}
        >
          <Text size="sm" className="break-anywhere">
            {error.message}
          </Text>
          <RequestId problem={problem} />
          <Retry onRetry={onRetry} />
        </Alert>
      );
  }
}

function MlflowNotConfigured({ group }: { group: string }) {
  return (
    <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="MLflow setting is not configured yet">
      <Text size="sm" mb="sm">
        Slipway shows the models that are registered in your group's MLflow. Enter the address of its tracking
        server, such as http://mlflow.example:5000, and credentials where it asks for them.
      </Text>
      <ButtonLink size="xs" to="/g/$group/settings" params={{ group }}>
        Open settings
      </ButtonLink>
    </Alert>
  );
}

interface UnreachableProps {
  problem: ApiProblem;
  group: string;
  lastGoodMs: number;
  onRetry: (() => void) | undefined;
}

function MlflowUnreachable({ problem, group, lastGoodMs, onRetry }: UnreachableProps) {
  const test = useTestMlflow(group);
  return (
    <Alert
      color="red"
      icon={<IconPlugX aria-hidden />}
      title="MLflow instance is not reachable or not running"
    >
      <Text size="sm" className="break-anywhere">
        {problem.problem?.uri ? (
          <>
            <code>{problem.problem.uri}</code>:{" "}
          </>
        ) : null}
        {describeMlflowCause(problem.problem?.cause)}
      </Text>
      <Text size="sm" mt={4} className="break-anywhere">
        {problem.message}
      </Text>
      {lastGoodMs > 0 ? (
        <Text size="sm" mt={4}>
          It last answered <Time at={new Date(lastGoodMs).toISOString()} />. What is deployed keeps serving.
        </Text>
      ) : (
        <Text size="sm" mt={4}>
          What is deployed keeps serving. This page recovers by itself.
        </Text>
      )}
      <Group mt="sm" gap="xs">
        <Button
          size="xs"
          loading={test.isPending}
          onClick={() => test.mutate(null, { onSettled: () => onRetry?.() })}
        >
          Test again
        </Button>
        <ButtonLink size="xs" variant="default" to="/g/$group/settings" params={{ group }}>
          Open settings
        </ButtonLink>
        <Text size="sm" aria-live="polite">
          {test.data
            ? test.data.reachable
              ? "It answers again."
              : describeMlflowCause(test.data.cause)
            : ""}
        </Text>
      </Group>
    </Alert>
  );
}

interface NoticeProps {
  title: string;
  icon: ReactNode;
  children: ReactNode;
  onRetry: (() => void) | undefined;
}

function Notice({ title, icon, children, onRetry }: NoticeProps) {
  return (
    <Alert color="gray" icon={icon} title={title}>
      <Text size="sm" className="break-anywhere">
        {children}
      </Text>
      <Retry onRetry={onRetry} />
    </Alert>
  );
}

function Retry({ onRetry }: { onRetry: (() => void) | undefined }) {
  if (onRetry === undefined) return null;
  return (
    <Button size="xs" variant="default" mt="sm" onClick={onRetry}>
      Try again
    </Button>
  );
}

function RequestId({ problem }: { problem: ApiProblem | null }) {
  const requestId = problem?.problem?.requestId;
  if (requestId === undefined) return null;
  return (
    <Text size="xs" mt={4}>
      Request <code>{requestId}</code>
    </Text>
  );
}
