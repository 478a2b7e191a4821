import { Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** What an empty page teaches: one sentence, one snippet, one button. */
export function EmptyPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack align="stretch" maw={680} mx="auto">
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}

/** A line under a list that a search has emptied. */
export function NothingFound({ search }: { search: string }) {
  return (
    <Text c="dimmed" py="lg" ta="center">
      Nothing matches “{search}”.
    </Text>
  );
}
