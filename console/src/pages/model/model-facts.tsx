import { Badge, Group, Text } from "@mantine/core";
import type { RegisteredModelDetail } from "@slipway/contracts/api/model";
import { Description } from "#components/registry-edit/description.tsx";
import { EditTagsButton } from "#components/registry-edit/edit-tags-button.tsx";
import { Time } from "#components/time.tsx";

interface ModelFactsProps {
  group: string;
  model: Pick<RegisteredModelDetail, "name" | "description" | "createdAt" | "updatedAt" | "tags">;
}

/** What MLflow tells of a model itself, and the way to change it. */
export function ModelFacts({ group, model }: ModelFactsProps) {
  const about = { group, name: model.name, version: null };
  return (
    <>
      <Description about={about} text={model.description} />
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          Created <Time at={model.createdAt} /> · updated <Time at={model.updatedAt} />
        </Text>
        {Object.entries(model.tags).map(([key, value]) => (
          <Badge key={key} variant="default" tt="none" fw={400}>
            {key}
            {value === "" ? "" : `: ${value}`}
          </Badge>
        ))}
        <EditTagsButton about={about} tags={model.tags} />
      </Group>
    </>
  );
}
