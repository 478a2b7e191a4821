import { Alert, Button, Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "#data/api.ts";
import { PageLink } from "./links.tsx";

/** What a page shows while it loads for the first time. */
export function PagePending({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={index} height={34} />
      ))}
    </Stack>
  );
}

/** What stands where the frame itself could not be loaded. */
export function FrameProblem(props: ErrorComponentProps) {
  return (
    <main>
      <PageProblem {...props} />
    </main>
  );
}

/** What stands where a page broke. */
export function PageProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const detail =
    error instanceof ApiProblem
      ? error.message
      : "This page met an error of its own. Reload it; if it stays, the browser's console has the details.";
  return (
    <Container size="sm" py="xl">
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="This page could not be shown">
        <Text size="sm" mb="sm">
          {detail}
        </Text>
        <Group>
          <Button
            size="xs"
            onClick={() => {
              reset();
              void router.invalidate();
            }}
          >
            Try again
          </Button>
        </Group>
      </Alert>
    </Container>
  );
}

/** What an unknown address shows. */
export function NoSuchPage() {
  return (
    <Container component="main" py="xl">
      <Title order={1}>There is no page at this address</Title>
      <Text>
        The link may be old or mistyped.{" "}
        <PageLink to="/" underline="always">
          Go to your models
        </PageLink>
        .
      </Text>
    </Container>
  );
}
