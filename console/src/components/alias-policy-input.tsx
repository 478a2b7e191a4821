import { Radio, Stack } from "@mantine/core";
import { type AliasPolicy, aliasPolicySchema } from "@slipway/contracts/api/strategy";

interface AliasPolicyInputProps {
  alias: string;
  value: AliasPolicy;
  onChange: (value: AliasPolicy) => void;
}

/** What happens when the alias that a deployment was made from moves to another version. */
export function AliasPolicyInput({ alias, value, onChange }: AliasPolicyInputProps) {
  return (
    <Radio.Group
      label={`When @${alias} moves`}
      value={value}
      onChange={(next) => onChange(aliasPolicySchema.parse(next))}
    >
      <Stack gap="xs" mt={6}>
        <Radio value="pin" label="Pin" description="Stay at the version that it means when you deploy." />
        <Radio
          value="notify"
          label="Tell me"
          description="Stay, and say on the deployment's page which version it means now."
        />
        <Radio
          value="roll-out"
          label="Roll out"
          description="Make a revision of the new version and roll it out with the strategy below."
        />
      </Stack>
    </Radio.Group>
  );
}
