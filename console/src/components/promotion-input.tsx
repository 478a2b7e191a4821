import { NativeSelect } from "@mantine/core";

interface PromotionInputProps {
  value: "automatic" | "manual";
  /** What is said of each. */
  automatic: string;
  manual: string;
  onChange: (value: "automatic" | "manual") => void;
}

/** Whether a person must say that a rollout may go on. */
export function PromotionInput({ value, automatic, manual, onChange }: PromotionInputProps) {
  return (
    <NativeSelect
      label="Promotion"
      data={[
        { value: "automatic", label: automatic },
        { value: "manual", label: manual },
      ]}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value === "manual" ? "manual" : "automatic")}
    />
  );
}
