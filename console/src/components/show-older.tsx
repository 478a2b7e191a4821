import { Button } from "@mantine/core";

interface ShowOlderProps {
  /** Whether there are older ones than those shown. */
  more: boolean;
  onClick: () => void;
}

/** Under a list that shows only the newest. */
export function ShowOlder({ more, onClick }: ShowOlderProps) {
  if (!more) return null;
  return (
    <div>
      <Button size="compact-sm" variant="default" onClick={onClick}>
        Show older ones
      </Button>
    </div>
  );
}
