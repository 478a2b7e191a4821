/** The form of a group's MLflow binding: from what is stored to what is typed, and back to a request. */
import {
  type MlflowBinding,
  type MlflowBindingRequest,
  mlflowBindingRequestSchema,
} from "@slipway/contracts/api/mlflow-binding";
import { sentVariable, type VariableRow, variableRows } from "./variable-rows.ts";

export interface BindingForm {
  trackingUri: string;
  uiUri: string;
  workspace: string;
  trackingVariables: VariableRow[];
  artifactVariables: VariableRow[];
  writeBack: boolean;
}

/** The form of what is stored; an empty one where nothing is. */
export function bindingForm(binding: MlflowBinding | null): BindingForm {
  return {
    trackingUri: binding?.trackingUri ?? "",
    uiUri: binding?.uiUri ?? "",
    workspace: binding?.workspace ?? "",
    trackingVariables: variableRows(binding?.trackingVariables ?? []),
    artifactVariables: variableRows(binding?.artifactVariables ?? []),
    writeBack: binding?.writeBack ?? false,
  };
}

/** The request of a form, or what is wrong with its fields: `trackingVariables.0.name` → sentence. */
export function bindingRequest(
  form: BindingForm,
): { request: MlflowBindingRequest; errors: null } | { request: null; errors: Record<string, string> } {
  const errors: Record<string, string> = {};
  const variables = (list: "trackingVariables" | "artifactVariables") =>
    form[list].map((row, index) => {
      const name = row.name.trim();
      if (form[list].findIndex((other) => other.name.trim() === name) !== index) {
        errors[`${list}.${index}.name`] = `'${name}' is set twice.`;
      }
      if (row.secret && !row.stored && row.value === "")
        errors[`${list}.${index}.value`] = "Give the secret a value.";
      return sentVariable(row);
    });
  const parsed = mlflowBindingRequestSchema.safeParse({
    trackingUri: form.trackingUri,
    uiUri: form.uiUri.trim() === "" ? null : form.uiUri,
    workspace: form.workspace.trim() === "" ? null : form.workspace,
    trackingVariables: variables("trackingVariables"),
    artifactVariables: variables("artifactVariables"),
    writeBack: form.writeBack,
  });
  for (const issue of parsed.error?.issues ?? []) errors[issue.path.join(".")] ??= issue.message;
  if (parsed.success && Object.keys(errors).length === 0) return { request: parsed.data, errors: null };
  return { request: null, errors };
}
