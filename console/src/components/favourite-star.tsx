import { ActionIcon } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useFavourite } from "#data/registry.ts";

interface FavouriteStarProps {
  group: string;
  model: string;
  favourite: boolean;
}

/** Marks a model as one's own favourite, at a press. */
export function FavouriteStar({ group, model, favourite }: FavouriteStarProps) {
  const change = useFavourite(group, model);
  // What was asked for is shown at once; the answer of the list comes a moment later.
  const shown = change.isPending ? change.variables : favourite;
  const Icon = shown ? IconStarFilled : IconStar;
  return (
    <ActionIcon
      variant="subtle"
      color={shown ? "yellow" : "gray"}
      aria-label={`Favourite ${model}`}
      aria-pressed={shown}
      onClick={() =>
        change.mutate(!shown, {
          onError: (error) =>
            notifications.show({ color: "red", title: "It was not marked", message: error.message }),
        })
      }
    >
      <Icon size={18} aria-hidden />
    </ActionIcon>
  );
}
