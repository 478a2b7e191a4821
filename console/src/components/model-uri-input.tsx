import { Badge, Group, TextInput } from "@mantine/core";
import { AppError } from "@slipway/contracts/errors";
import { describeReference, parseModelUri } from "@slipway/contracts/model-uri";

interface ModelUriInputProps {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** A model URI as text, with chips that say which model and version it means. */
export function ModelUriInput({ value, error, onChange }: ModelUriInputProps) {
  const read = readModelUri(value);
  return (
    <div>
      <TextInput
        label="Model URI"
        description="models:/<name>/<version>, or models:/<name>@<alias>: an alias is resolved now and stays at that version."
        classNames={{ input: "mono" }}
        value={value}
        error={error}
        spellCheck={false}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {"reference" in read ? (
        <Group gap={6} mt={6}>
          <Badge variant="light" tt="none" size="lg" maw="100%" miw={0}>
            {read.reference.name}
          </Badge>
          <Badge variant="light" tt="none" size="lg" color="grape">
            {read.reference.label}
          </Badge>
        </Group>
      ) : null}
    </div>
  );
}

/** Reads a model URI; says what is wrong with it where it is none. */
export function readModelUri(
  uri: string,
): { reference: ReturnType<typeof describeReference> } | { problem: string } {
  if (uri.trim() === "") return { problem: "Give the URI of a model version." };
  try {
    return { reference: describeReference(parseModelUri(uri)) };
  } catch (thrown) {
    return { problem: AppError.from(thrown).message };
  }
}
