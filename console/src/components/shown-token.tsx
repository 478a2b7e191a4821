import { Alert, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { CopyText } from "./copy.tsx";

/** A token at the one time that it is shown. */
export function ShownToken({ title, token }: { title: string; token: string }) {
  return (
    <Alert color="green" icon={<IconKey aria-hidden />} title={title}>
      <CopyText text={token} what="the token" />
      <Text size="sm" mt={4}>
        Copy it now: it is shown only this once, and Slipway keeps no copy that it could show again.
      </Text>
    </Alert>
  );
}
