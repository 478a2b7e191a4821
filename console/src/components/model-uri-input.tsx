import { Badge, Group, TextInput } from "@mantine/core";
import { readModelUri } from "#lib/read-model-uri.ts";

interface ModelUriInputProps {
  value: string;
  /** The version that its alias means now, where it has one and that is known. */
  aliasVersion: string | null;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** A model URI as text, with chips that say which model and version it means. */
export function ModelUriInput({ value, aliasVersion, error, onChange }: ModelUriInputProps) {
  const read = readModelUri(value);
  return (
    <div>
      <TextInput
        label="Model URI"
        description="models:/<name>/<version>, or models:/<name>@<alias>."
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
          {aliasVersion === null ? null : (
            <Badge variant="light" tt="none" size="lg" color="gray">
              version {aliasVersion} now
            </Badge>
          )}
        </Group>
      ) : null}
    </div>
  );
}
